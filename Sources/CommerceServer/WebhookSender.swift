import Bytes
import Contract
import Glibc
import HTTPClient
import Machine
import Synchronization

/// Tells subscriptions about changes, on a thread of its own: no write waits for anybody's answer.
///
/// Messages of a subscription go out one after another in the order of the log. One that fails is
/// tried again, with the same id, before those after it; where the record has changed by then, the
/// newer change takes its place.
final class WebhookSender: Sendable {
  private let store: CommerceStore
  private let backoff: Backoff
  private let failure: @Sendable (_ requestID: String, _ message: String) -> Void
  private let isStopping = Atomic<Bool>(false)

  /// How long a change may go unseen.
  private static let pauseMilliseconds = 100
  /// Messages to one subscription before the others have their turn.
  private static let turn = 100

  init(
    store: CommerceStore, backoff: Backoff,
    failure: @escaping @Sendable (_ requestID: String, _ message: String) -> Void
  ) {
    self.store = store
    self.backoff = backoff
    self.failure = failure
  }

  /// Starts the thread.
  func start() { BackgroundThread.start { [self] in run() } }

  /// Ends the thread; a message that is on its way is cut off and sent again at the next start.
  func stop() { isStopping.store(true, ordering: .relaxed) }

  private var isEnding: Bool { isStopping.load(ordering: .relaxed) }

  private func run() {
    var configuration = HTTPClient.Configuration()
    configuration.isCancelled = { [weak self] in self?.isEnding ?? true }
    let client = HTTPClient(configuration)
    while !isEnding {
      do {
        let due = try store.dueWebhooks()
        Parallel.forEach(count: due.count, chunk: 1, workers: 8) { _, range in
          for index in range { tell(due[index], client) }
        }
      } catch {
        failure("webhooks", "\(error)")
        SystemTime().sleep(milliseconds: 1000)
      }
      usleep(useconds_t(Self.pauseMilliseconds * 1000))
    }
  }

  private func tell(_ webhook: DueWebhook, _ client: HTTPClient) {
    do {
      let (notices, end) = try store.notices(for: webhook, limit: Self.turn)
      var reached = webhook.seq
      var failures = webhook.failures
      for notice in notices {
        if isEnding { return }
        let delivery = WebhookDelivery(client: client, now: store.clock.now)
        switch delivery.send(notice, to: webhook) {
        case .taken:
          reached = notice.seq
          failures = 0
        case .refused(let reason, _, let askedSeconds, let isFinal):
          // What was cut off by our own end was not refused.
          if isEnding { return }
          failures += 1
          let wait =
            isFinal
            ? nil
            : backoff.wait(attempt: failures, askedSeconds: askedSeconds, random: store.random)
          try store.webhook(
            webhook, failedAfter: reached, failures: failures, reason: reason,
            next: wait.map {
              Instant(microseconds: store.clock.now.microseconds + Int64($0) * 1000)
            })
          return
        }
      }
      try store.webhook(webhook.id, reached: end)
    } catch {
      failure("webhook \(webhook.id)", "\(error)")
    }
  }
}

/// One message on its way.
struct WebhookDelivery {
  let client: HTTPClient
  let now: Instant
  /// Milliseconds for an answer.
  var patienceMs = 15_000

  enum Outcome {
    case taken(status: Int)
    /// - isFinal: the receiver says that it wants no more.
    case refused(reason: String, status: Int?, askedSeconds: Int?, isFinal: Bool)
  }

  /// Sends a message, signed with every secret that holds.
  func send(_ notice: WebhookNotice, to webhook: DueWebhook) -> Outcome {
    let seconds = now.microseconds / 1_000_000
    let signatures = webhook.secrets.map { secret in
      WebhookSignature.sign(id: notice.id, timestamp: seconds, body: notice.body, secret: secret)
    }
    var request = HTTPRequest(
      "POST", webhook.url,
      headers: [
        "Content-Type": "application/json", "webhook-id": notice.id,
        "webhook-timestamp": "\(seconds)",
        "webhook-signature": signatures.joined(separator: " "),
      ], body: notice.body)
    request.patience.connectMs = min(5000, patienceMs)
    request.patience.totalMs = patienceMs
    request.bodyLimit = 65_536
    do throws(HTTPError) {
      let response = try client.send(request)
      if response.head.isSuccess { return .taken(status: response.status) }
      return .refused(
        reason: "it answered \(response.status)", status: response.status,
        askedSeconds: response.headers["Retry-After"].flatMap { Int($0) },
        isFinal: response.status == 410)
    } catch {
      return .refused(reason: error.message, status: nil, askedSeconds: nil, isFinal: false)
    }
  }
}
