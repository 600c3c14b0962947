package dev.rescind.platform.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.partition.PartitionAware;
import dev.rescind.credential.Fingerprint;
import java.io.IOException;
import java.util.Arrays;

/**
 * Where something of one partition of credentials is kept: a credential under its fingerprint, or,
 * under no fingerprint, how far the partition is loaded. All of a partition lives together in the
 * grid, and is lost together.
 */
final class PlaceKey implements IdentifiedDataSerializable, PartitionAware<Integer> {
  static final int FACTORY_ID = 7_662;
  private static final int CLASS_ID = 1;
  private static final byte[] PROGRESS = new byte[0];

  private int partition;
  private byte[] fingerprint;

  private PlaceKey(int partition, byte[] fingerprint) {
    this.partition = partition;
    this.fingerprint = fingerprint;
  }

  static PlaceKey of(int partition, Fingerprint fingerprint) {
    return new PlaceKey(partition, fingerprint.toBytes());
  }

  static PlaceKey ofProgress(int partition) {
    return new PlaceKey(partition, PROGRESS);
  }

  static DataSerializableFactory factory() {
    return classId -> classId == CLASS_ID ? new PlaceKey(0, PROGRESS) : null;
  }

  /** The fingerprint's bytes; none for a partition's progress. */
  byte[] place() {
    return fingerprint.clone();
  }

  @Override
  public Integer getPartitionKey() {
    return partition;
  }

  @Override
  public int getFactoryId() {
    return FACTORY_ID;
  }

  @Override
  public int getClassId() {
    return CLASS_ID;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeInt(partition);
    out.writeByteArray(fingerprint);
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    partition = in.readInt();
    byte[] read = in.readByteArray();
    fingerprint = read == null ? PROGRESS : read;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PlaceKey key
        && key.partition == partition
        && Arrays.equals(key.fingerprint, fingerprint);
  }

  @Override
  public int hashCode() {
    return 31 * partition + Arrays.hashCode(fingerprint);
  }

  @Override
  public String toString() {
    return "PlaceKey[" + partition + "]";
  }
}
