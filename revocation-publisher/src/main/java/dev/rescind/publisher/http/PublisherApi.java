package dev.rescind.publisher.http;

import dev.rescind.credential.ApiKeySyntax;
import dev.rescind.credential.Fingerprint;
import dev.rescind.log.MacKeys;
import dev.rescind.platform.http.PositionHeader;
import dev.rescind.platform.identity.CallerAuthenticator;
import dev.rescind.platform.kafka.AuditReader;
import dev.rescind.platform.service.ConfigReload;
import dev.rescind.publisher.apikey.ApiKeys;
import dev.rescind.publisher.approve.Approvals;
import dev.rescind.publisher.audit.Audit;
import dev.rescind.publisher.preview.Preview;
import dev.rescind.publisher.register.Registrar;
import dev.rescind.publisher.revoke.Expiry;
import dev.rescind.publisher.revoke.KeyResolver;
import dev.rescind.publisher.revoke.NodeDirectory;
import dev.rescind.publisher.revoke.Revocations;
import dev.rescind.publisher.token.TokenRevocation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The publisher's HTTP surface: {@code /revoke} and {@code /v1}. */
public final class PublisherApi {
  /**
   * By which clocks requests are judged.
   *
   * @param own this publisher's
   * @param later this publisher's or the log's, whichever is later: a cutoff of now covers all that
   *     was issued by now, also where this publisher's clock is behind
   */
  public record Clocks(InstantSource own, InstantSource later) {}

  /** What the surface lets callers do. */
  public record Operations(
      Revocations revocations,
      TokenRevocation tokens,
      KeyResolver keys,
      Expiry expiry,
      Registrar registrar,
      ApiKeySyntax apiKeySyntax,
      Keys apiKeys,
      NodeDirectory nodes,
      Approvals approvals,
      Preview preview,
      Supplier<Future<ConfigReload.Outcome>> reload) {}

  /**
   * The audit.
   *
   * @param macKeys under which it is authenticated
   */
  public record Auditing(Audit audit, AuditReader reader, MacKeys macKeys) {}

  /**
   * API keys.
   *
   * @param ready whether all were read that there were
   * @param uses when some were last used
   */
  public record Keys(
      ApiKeys keys,
      BooleanSupplier ready,
      Function<List<Fingerprint>, Future<Map<Fingerprint, Instant>>> uses) {}

  private final Exchange.Door door;
  private final RevokeEndpoint revoke;
  private final RevocationsApi revocations;
  private final CredentialsApi credentials;
  private final ApiKeysApi apiKeys;
  private final NodesApi nodes;
  private final ReloadApi reload;
  private final AuditApi audit;
  private final ApprovalsApi approvals;

  /**
   * @param position up to which this publisher has read the log
   */
  public PublisherApi(
      CallerAuthenticator authenticator,
      PositionHeader positions,
      LongSupplier position,
      Clocks clocks,
      Operations operations,
      Auditing auditing) {
    door = new Exchange.Door(authenticator, auditing.audit());
    revoke = new RevokeEndpoint(door, operations.tokens(), positions, position);
    revocations =
        new RevocationsApi(
            new RevocationsApi.Parts(
                operations.revocations(),
                operations.nodes(),
                operations.keys(),
                operations.expiry(),
                operations.tokens(),
                operations.approvals(),
                operations.preview(),
                positions,
                position),
            clocks.later());
    credentials =
        new CredentialsApi(
            operations.registrar(),
            operations.apiKeySyntax(),
            clocks.own(),
            () -> positions.of(position.getAsLong()));
    apiKeys =
        new ApiKeysApi(
            new ApiKeysApi.Parts(
                operations.apiKeys().keys(),
                operations.registrar(),
                operations.apiKeys().ready(),
                operations.apiKeys().uses()::apply),
            positions::of,
            position);
    nodes = new NodesApi(operations.nodes(), positions, position);
    reload = new ReloadApi(operations.reload(), () -> positions.of(position.getAsLong()));
    approvals =
        new ApprovalsApi(
            operations.approvals(),
            revocations,
            clocks.later(),
            () -> positions.of(position.getAsLong()));
    audit =
        new AuditApi(
            auditing.reader(), auditing.macKeys(), () -> positions.of(position.getAsLong()));
  }

  public Router router(Vertx vertx) {
    return new Routes(vertx, door)
        .build(revoke, revocations, credentials, apiKeys, nodes, reload, audit, approvals);
  }
}
