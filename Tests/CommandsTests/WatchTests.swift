import Bytes
import Contract
import HTTPServer
import Machine
import Testing

@testable import Commands

/// A watch whose pulls and builds are written down.
private final class Diary {
  let time = FixedTime(Instant(seconds: 1_764_000_000))
  let state = WatchState()
  var lines: [String] = []
  var pulls: [WatchLoop.Round] = []
  var wake: Instant?

  var seconds: Int64 { time.now.microseconds / 1_000_000 - 1_764_000_000 }

  func run(rounds: Int, isStopped: @escaping () -> Bool = { false }) throws {
    let loop = WatchLoop(
      intervalMs: 60_000, settleMs: 300, time: time, state: state, isStopped: isStopped,
      pull: { [self] in
        lines.append("pull at \(seconds)")
        return pulls.isEmpty ? .unchanged : pulls.removeFirst()
      },
      build: { [self] in
        lines.append("build at \(seconds)")
        return wake
      })
    try loop.run(rounds: rounds)
  }
}

@Suite("Watch")
struct WatchTests {
  @Test("the first round pulls and builds, later ones build only what changed")
  func rounds() throws {
    let diary = Diary()
    diary.pulls = [.unchanged, .unchanged, .changed]
    try diary.run(rounds: 3)
    #expect(
      diary.lines == ["pull at 0", "build at 0", "pull at 60", "pull at 120", "build at 120"])
  }

  @Test("a shop that is away is asked again after the interval, and the site is built all the same")
  func away() throws {
    let diary = Diary()
    diary.pulls = [.failed, .failed, .changed]
    try diary.run(rounds: 3)
    #expect(
      diary.lines == ["pull at 0", "build at 0", "pull at 60", "pull at 120", "build at 120"])
  }

  @Test("a hint begins a round at once, and a flood of hints is one round")
  func hint() throws {
    let diary = Diary()
    for _ in 0..<100 { diary.state.hint() }
    try diary.run(rounds: 3)
    #expect(diary.lines == ["pull at 0", "build at 0", "pull at 0", "pull at 60"])
  }

  @Test("a window that opens wakes the watch and is built although nothing was pulled")
  func window() throws {
    let diary = Diary()
    diary.wake = Instant(seconds: 1_764_000_030)
    try diary.run(rounds: 2)
    #expect(diary.lines == ["pull at 0", "build at 0", "pull at 30", "build at 30"])
  }

  @Test("a watch that is stopped while it waits does not pull again")
  func stop() throws {
    let diary = Diary()
    try diary.run(rounds: 5, isStopped: { diary.seconds >= 10 })
    #expect(diary.lines == ["pull at 0", "build at 0"])
  }
}

@Suite("The watch's own server")
struct WatchServerTests {
  private let time = FixedTime(Instant(seconds: 1_764_000_000))
  private let secret: [UInt8] = Array(repeating: 7, count: 32)

  private func server(_ state: WatchState, takesHints: Bool = true) throws -> WatchServer {
    let verifier =
      takesHints
      ? try WebhookVerifier(.standard, secrets: [WebhookSignature.secretText(secret)]) : nil
    return WatchServer(state: state, verifier: verifier, time: time, staleSeconds: 900)
  }

  private func webhook(_ body: String, signedBy secret: [UInt8]) -> Request {
    let bytes = Array(body.utf8)
    let now = time.now.microseconds / 1_000_000
    return Request(
      method: "POST", target: "/webhook",
      headers: [
        "webhook-id": "msg_1", "webhook-timestamp": "\(now)",
        "webhook-signature": WebhookSignature.sign(
          id: "msg_1", timestamp: now, body: bytes, secret: secret),
      ], body: bytes)
  }

  @Test("a webhook with the right signature is a hint")
  func believed() throws {
    let state = WatchState()
    let answer = try server(state).respond(to: webhook("{}", signedBy: secret))
    #expect(answer.status == 202)
    #expect(state.takeHint())
    #expect(!state.takeHint())
    #expect(state.now.hints == 1)
  }

  @Test("a webhook with a wrong signature is refused and is no hint")
  func refused() throws {
    let state = WatchState()
    let answer = try server(state).respond(
      to: webhook("{}", signedBy: Array(repeating: 8, count: 32)))
    #expect(answer.status == 401)
    #expect(!state.takeHint())
    #expect(state.now.refusedHints == 1)
  }

  @Test("a watch without secrets takes no webhooks")
  func none() throws {
    let state = WatchState()
    let answer = try server(state, takesHints: false).respond(
      to: webhook("{}", signedBy: secret))
    #expect(answer.status == 404)
    #expect(!state.takeHint())
  }

  @Test("it is well while the last good pull is recent, and says since when it is not")
  func health() throws {
    let state = WatchState()
    let server = try server(state)
    let ask = Request(method: "GET", target: "/healthz")
    #expect(server.respond(to: ask).status == 503)
    state.note { [now = time.now] in $0.lastPull = now }
    #expect(server.respond(to: ask).status == 200)
    time.sleep(milliseconds: 901_000)
    #expect(server.respond(to: ask).status == 503)
  }

  @Test("the figures are in the text format of Prometheus")
  func figures() throws {
    let state = WatchState()
    state.note { $0.pulls = 3 }
    let answer = try server(state).respond(to: Request(method: "GET", target: "/metrics"))
    guard case .bytes(let bytes) = answer.body else {
      Issue.record("the answer has no bytes")
      return
    }
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("# TYPE trumeau_pulls_total counter\ntrumeau_pulls_total 3\n"))
  }
}
