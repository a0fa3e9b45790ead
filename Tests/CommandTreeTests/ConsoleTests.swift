import CommandTree
import Diagnostics
import Synchronization
import Testing

@Suite("What a person is shown")
struct ConsoleTests {
  /// What a console writes on standard error while `body` runs.
  private static func shown(isQuiet: Bool = false, _ body: (Console) -> Void) -> [String] {
    let text = Shown()
    body(
      Console(isQuiet: isQuiet) { stream, part in
        if stream == .error { text.value.withLock { $0 += part } }
      })
    return text.value.withLock { $0 }.split(separator: "\n").map(String.init)
  }

  private final class Shown: Sendable {
    let value = Mutex("")
  }

  private static func findings(_ count: Int, _ code: String) -> [Diagnostic] {
    (0..<count).map { Diagnostic(code, .error, "\(code) \($0)") }
  }

  @Test("of many findings of one code the first ten are shown, and how many more there are")
  func many() {
    let lines = Self.shown { $0.show(Self.findings(2_510, "a.b") + Self.findings(10, "c.d")) }
    #expect(lines.count { $0.hasPrefix("error[a.b]") } == 10)
    #expect(lines.count { $0.hasPrefix("error[c.d]") } == 10)
    #expect(lines.last == "… and 2,500 more with [a.b]; --json names them all")
  }

  @Test("where only errors are told, each has its line")
  func quiet() {
    let lines = Self.shown(isQuiet: true) { $0.show(Self.findings(30, "a.b")) }
    #expect(lines.count == 30)
  }
}
