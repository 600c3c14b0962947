package dev.rescind.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(10)
class DataDirectoryTest {
  @TempDir Path directory;

  @Test
  void isMade_forItsOwnerAlone() throws Exception {
    try (DataDirectory data = DataDirectory.take(directory.resolve("deep/data"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.path())))
          .isEqualTo("rwx------");
      assertThat(data.kafka()).isDirectory();
    }
  }

  @Test
  void isHeldByOneAtATime_whoIsNamed() throws Exception {
    try (DataDirectory held = DataDirectory.take(directory)) {
      assertThatThrownBy(() -> DataDirectory.take(directory))
          .hasMessage(
              "%s is in use by another `rescind up` (process %d)",
              held.path(), ProcessHandle.current().pid());
    }
    DataDirectory.take(directory).close();
  }

  @Test
  void knowsWhetherItWasLeftInOrder() throws Exception {
    DataDirectory.take(directory).close();
    try (DataDirectory data = DataDirectory.take(directory)) {
      assertThat(data.wasAbandoned()).isFalse();
    }
    Files.writeString(directory.resolve("lock"), "4711");
    try (DataDirectory data = DataDirectory.take(directory)) {
      assertThat(data.wasAbandoned()).isTrue();
    }
  }

  @Test
  void isRefused_whereItCannotBe() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() -> DataDirectory.take(file)).hasMessageContaining("is not a directory");
    assertThatThrownBy(() -> DataDirectory.take(file.resolve("below")))
        .hasMessageContaining("cannot be written to")
        .hasMessageContaining("--data");
  }
}
