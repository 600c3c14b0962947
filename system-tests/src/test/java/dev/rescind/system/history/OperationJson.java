package dev.rescind.system.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rescind.system.history.Operation.Call;
import dev.rescind.system.history.Operation.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An operation as one JSON object; absent members are left out. */
final class OperationJson {
  static final JsonFactory FACTORY = new JsonFactory();

  private OperationJson() {}

  static void write(JsonGenerator out, Operation operation) throws IOException {
    out.writeStartObject();
    Call call = operation.call();
    out.writeNumberField("id", call.id());
    out.writeNumberField("process", call.process());
    out.writeStringField("node", call.node());
    if (operation instanceof Operation.Introspect introspect) {
      out.writeStringField("op", "introspect");
      out.writeStringField("credential", introspect.credential());
      if (introspect.active() != null) {
        out.writeBooleanField("active", introspect.active());
      }
      writeNumber(out, "at_least", introspect.atLeast());
      writeNumber(out, "position", introspect.position());
    } else if (operation instanceof Operation.Known known) {
      out.writeStringField("op", "known");
      out.writeStringField("credential", known.credential());
      writePlaces(out, known.places());
      writeNumber(out, "iat", known.iat());
      writeNumber(out, "ends", known.ends());
    } else if (operation instanceof Operation.Revoke revoke) {
      out.writeStringField("op", "revoke");
      out.writeStringField("revocation", revoke.revocation());
      writePlaces(out, revoke.places());
      writeNumber(out, "cutoff", revoke.cutoff());
      writeNumber(out, "ends", revoke.ends());
      writeNumber(out, "position", revoke.position());
    } else if (operation instanceof Operation.Lift lift) {
      out.writeStringField("op", "lift");
      out.writeStringField("revocation", lift.revocation());
      writeNumber(out, "position", lift.position());
    }
    out.writeNumberField("invoked", call.invoked());
    out.writeNumberField("completed", call.completed());
    out.writeStringField("outcome", call.outcome().name().toLowerCase(Locale.ROOT));
    out.writeEndObject();
  }

  private static void writeNumber(JsonGenerator out, String name, @Nullable Long value)
      throws IOException {
    if (value != null) {
      out.writeNumberField(name, value);
    }
  }

  private static void writePlaces(JsonGenerator out, List<String> places) throws IOException {
    out.writeArrayFieldStart("places");
    for (String place : places) {
      out.writeString(place);
    }
    out.writeEndArray();
  }

  /** Reads the next operation; null at the end. */
  static @Nullable Operation read(JsonParser in) throws IOException {
    JsonToken first = in.nextToken();
    if (first == null) {
      return null;
    }
    if (first != JsonToken.START_OBJECT) {
      throw new IOException("an operation is a JSON object, not " + first);
    }
    Members members = new Members();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      in.nextToken();
      members.read(name, in);
    }
    return members.operation();
  }

  /** The members of one object, as they come. */
  private static final class Members {
    private long id;
    private int process;
    private String node = "";
    private String op = "";
    private String name = "";
    private List<String> places = List.of();
    private long invoked;
    private long completed;
    private Outcome outcome = Outcome.UNKNOWN;
    private @Nullable Boolean active;
    private @Nullable Long atLeast;
    private @Nullable Long position;
    private @Nullable Long iat;
    private @Nullable Long cutoff;
    private @Nullable Long ends;

    void read(String member, JsonParser in) throws IOException {
      switch (member) {
        case "id" -> id = in.getLongValue();
        case "process" -> process = in.getIntValue();
        case "node" -> node = in.getText();
        case "op" -> op = in.getText();
        case "credential", "revocation" -> name = in.getText();
        case "invoked" -> invoked = in.getLongValue();
        case "completed" -> completed = in.getLongValue();
        case "outcome" -> outcome = Outcome.valueOf(in.getText().toUpperCase(Locale.ROOT));
        case "active" -> active = in.getBooleanValue();
        case "at_least" -> atLeast = in.getLongValue();
        case "position" -> position = in.getLongValue();
        case "iat" -> iat = in.getLongValue();
        case "cutoff" -> cutoff = in.getLongValue();
        case "ends" -> ends = in.getLongValue();
        case "places" -> {
          places = new ArrayList<>();
          while (in.nextToken() != JsonToken.END_ARRAY) {
            places.add(in.getText());
          }
        }
        default -> throw new IOException("operation " + id + " has an unknown member " + member);
      }
    }

    Operation operation() throws IOException {
      Call call = new Call(id, process, node, invoked, completed, outcome);
      return switch (op) {
        case "introspect" -> new Operation.Introspect(call, name, active, atLeast, position);
        case "known" -> new Operation.Known(call, name, places, iat, ends);
        case "revoke" -> new Operation.Revoke(call, name, places, cutoff, ends, position);
        case "lift" -> new Operation.Lift(call, name, position);
        default -> throw new IOException("operation " + id + " is of an unknown kind");
      };
    }
  }
}
