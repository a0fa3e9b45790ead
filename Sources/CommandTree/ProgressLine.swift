public import Machine
import Synchronization

/// How far a long piece of work is: a bar on a terminal, now and then a line elsewhere.
///
/// At most ten times a second on a terminal and once in ten seconds where there is none. May be
/// told from any thread.
public final class ProgressLine: Sendable {
  private struct State {
    var begun: Double
    var drawn: Double
    var label = ""
    var hasBar = false
  }

  private let console: Console
  private let state: Mutex<State>
  private let seconds: @Sendable () -> Double

  /// Makes a line; tests hand in a clock.
  public init(
    _ console: Console,
    seconds: @escaping @Sendable () -> Double = { SystemTime.monotonicSeconds }
  ) {
    self.console = console
    self.seconds = seconds
    let now = seconds()
    state = Mutex(State(begun: now, drawn: now))
  }

  /// Tells that `done` of `total` are done; a total of nil is not known yet.
  public func update(_ label: String, done: Int, total: Int?) {
    let now = seconds()
    let text: String? = state.withLock { state in
      if state.label != label {
        state.label = label
        state.begun = now
      }
      let pause = console.columns == nil ? 10.0 : 0.1
      guard now - state.drawn >= pause else { return nil }
      state.drawn = now
      state.hasBar = console.columns != nil
      return Self.line(
        label, done: done, total: total, elapsed: now - state.begun, columns: console.columns)
    }
    if let text { console.drawProgress(console.columns == nil ? text + "\n" : "\r\u{1B}[K" + text) }
  }

  /// Takes the bar away, so that the next line of text stands alone.
  public func clear() {
    let hadBar = state.withLock { state in
      defer { state.hasBar = false }
      return state.hasBar
    }
    if hadBar { console.drawProgress("\r\u{1B}[K") }
  }

  static func line(_ label: String, done: Int, total: Int?, elapsed: Double, columns: Int?)
    -> String
  {
    let rate = elapsed > 0.05 ? Double(done) / elapsed : 0
    let pace = rate > 0 ? "   \(Self.grouped(Int(rate)))/s" : ""
    guard let total, total > 0 else { return "\(label)  \(grouped(done))\(pace)" }
    let share = min(Double(done) / Double(total), 1)
    let left = rate > 0 ? Int((Double(max(total - done, 0)) / rate).rounded(.up)) : 0
    let remaining = rate > 0 && done < total ? "   \(duration(left)) left" : ""
    let counts = "\(grouped(done)) of \(grouped(total))\(pace)\(remaining)"
    guard let columns else { return "\(label)  \(Int(share * 100)) %  \(counts)" }
    let width = max(min(columns - label.count - counts.count - 6, 32), 0)
    let filled = Int(Double(width) * share)
    let bar =
      String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    return String("\(label)  \(bar)  \(counts)".prefix(max(columns - 1, 10)))
  }

  /// 1234567 as `1,234,567`.
  public static func grouped(_ number: Int) -> String {
    var digits = String(number.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits = String(digits.dropLast(3))
    }
    groups.insert(digits, at: 0)
    return (number < 0 ? "-" : "") + groups.joined(separator: ",")
  }

  /// Seconds as `48 s`, `3 min 20 s` or `2 h 5 min`.
  public static func duration(_ seconds: Int) -> String {
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
  }

  /// Seconds with one decimal, for a final line: `1.4 s`.
  public static func took(_ seconds: Double) -> String {
    seconds < 60 ? "\((seconds * 10).rounded() / 10) s" : duration(Int(seconds))
  }
}
