package dev.rescind.standalone.cli;

/** Why a command ends without having done what was asked, in one line without secrets. */
public final class Failure extends Exception {
  private static final long serialVersionUID = 1;

  private final ExitCode exitCode;

  public Failure(ExitCode exitCode, String line) {
    super(line, null, false, false);
    this.exitCode = exitCode;
  }

  static Failure usage(String line) {
    return new Failure(ExitCode.USAGE, line);
  }

  public ExitCode exitCode() {
    return exitCode;
  }
}
