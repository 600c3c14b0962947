package dev.rescind.system.planted.agent;

import java.util.Locale;

/** What the agent can plant. */
public enum PlantedBug {
  /** Every so manieth revocation that is read is passed over. */
  SKIPPED_APPLY,
  /** A node that starts begins at the log's end. */
  RESET_TO_LATEST,
  /** Having read to where a broker says that the log ends is taken for a proof of freshness. */
  FRESH_BY_END_OFFSETS,
  /** A JWT is named by its whole text. */
  FINGERPRINT_OF_THE_TEXT,
  /** A key is blocked by the {@code kid} that was named. */
  KEY_BY_KID_ALONE,
  /** Of several revocations of a target the last counts. */
  LAST_CUTOFF_WINS;

  /** How options name it. */
  public String optionName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static PlantedBug parse(String option) {
    for (PlantedBug bug : values()) {
      if (bug.optionName().equals(option)) {
        return bug;
      }
    }
    throw new IllegalArgumentException("there is no bug " + option);
  }
}
