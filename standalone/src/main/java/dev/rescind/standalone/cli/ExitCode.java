package dev.rescind.standalone.cli;

/** What the process's exit status says; the larger, the worse. */
public enum ExitCode {
  /** Done, or active. */
  DONE(0),
  INACTIVE(1),
  USAGE(2),
  /** The cluster could not say, or could not acknowledge in time. */
  UNDECIDED(3),
  /** Not reached, or reached and refused. */
  REFUSED(4);

  private final int value;

  ExitCode(int value) {
    this.value = value;
  }

  public int value() {
    return value;
  }

  ExitCode worse(ExitCode other) {
    return value >= other.value ? this : other;
  }
}
