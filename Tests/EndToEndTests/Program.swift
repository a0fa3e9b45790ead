import Bytes
import Formats
import Glibc
import Machine
import Support
import Testing

/// A program that has ended: how, and what it said.
struct Ended: Sendable {
  let words: String
  /// Its exit code, or 128 and the signal that ended it.
  let exit: Int32
  let output: String
  let error: String

  /// Standard output as the one JSON document that it must be.
  func json() throws -> Tape {
    do { return try JSON.parse(output) } catch {
      Issue.record("`\(words)` wrote no single JSON document: \(error)\n\(output)\n\(self.error)")
      throw error
    }
  }
}

/// The program under test: the binary that stands beside the tests.
struct Program: Sendable {
  static let path = Path.folder(of: Self.ownPath) + "/trumeau"

  /// Where it runs.
  let folder: String
  /// Variables of its environment beside the usual ones.
  var environment: [String: String] = [:]

  /// Runs it to its end.
  @discardableResult
  func run(_ words: [String], input: String = "", seconds: Int = 60) throws -> Ended {
    try start(words, input: input).wait(seconds: seconds)
  }

  /// Starts it.
  func start(_ words: [String], input: String? = "") throws -> Running {
    let streams = try ScratchFolder()
    let channel = "\(streams.path)/in"
    if let input {
      try Files.write(input, to: channel)
    } else {
      // A pipe that stays open and never says anything.
      try #require(mkfifo(channel, 0o600) == 0)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, channel, input == nil ? O_RDWR : O_RDONLY, 0)
    let making = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 1, "\(streams.path)/out", making, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, "\(streams.path)/err", making, 0o600)
    // A test may run on a thread that has signals blocked, which a program would inherit.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var process: pid_t = 0
    // `env -C` goes to the folder and becomes the program.
    let result = Self.withStrings(["env", "-C", folder, Self.path] + words) { arguments in
      Self.withStrings(variables) {
        posix_spawnp(&process, "env", &actions, &attributes, arguments, $0)
      }
    }
    try #require(result == 0, "\(Self.path) starts")
    return Running(words.joined(separator: " "), process: process, streams: streams)
  }

  /// This process's environment without what steers the program, and with what was asked for.
  private var variables: [String] {
    let own = (try? Files.read("/proc/self/environ")) ?? []  // a process may have none
    let kept = own.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      .filter { !$0.hasPrefix("TRUMEAU_") && !$0.contains("_COLOR=") && !$0.hasPrefix("TERM=") }
    // The leak sanitizer does not see references that Swift keeps in enums, and takes constants
    // that are made once for leaks.
    let usual = ["TERM=xterm", "ASAN_OPTIONS=detect_leaks=0"]
    return kept + usual + environment.map { "\($0.key)=\($0.value)" }
  }

  private static func withStrings(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Int32
  ) -> Int32 {
    let pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    defer { for case let pointer? in pointers { free(pointer) } }
    return body(pointers + [nil])
  }

  private static let ownPath: String = {
    guard let found = realpath("/proc/self/exe", nil) else { return "" }
    defer { free(found) }
    return String(cString: found)
  }()
}

/// A program that runs. It is ended when nobody holds it any more.
final class Running: @unchecked Sendable {  // used by one test at a time
  let words: String
  private let process: pid_t
  private let streams: ScratchFolder
  private var hasEnded = false

  init(_ words: String, process: pid_t, streams: ScratchFolder) {
    self.words = words
    self.process = process
    self.streams = streams
  }

  deinit {
    guard !hasEnded else { return }
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
  }

  /// What it said on standard error so far.
  var errorSoFar: String { (try? streams.read("err")) ?? "" }  // not opened yet: nothing said

  /// How often its threads have stopped to wait for something.
  func waitCount() throws -> Int {
    let tasks = "/proc/\(process)/task"
    return try Files.list(tasks).reduce(0) { sum, thread in
      let line = try Files.readText("\(tasks)/\(thread)/status").split(separator: "\n")
        .first { $0.hasPrefix("voluntary_ctxt_switches:") }
      return sum + (line?.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) } ?? 0)
    }
  }

  /// Waits for its end; one that takes longer is ended, and the test fails.
  func wait(seconds: Int = 60) throws -> Ended {
    var status: Int32 = 0
    let limit = SystemTime.monotonicSeconds + Double(seconds)
    while waitpid(process, &status, WNOHANG) == 0 {
      if SystemTime.monotonicSeconds > limit {
        Issue.record("`\(words)` did not end within \(seconds) s")
        kill(process, SIGKILL)
        waitpid(process, &status, 0)
        break
      }
      usleep(2000)
    }
    hasEnded = true
    let signal = status & 0x7F
    return Ended(
      words: words, exit: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
      output: try streams.read("out"), error: try streams.read("err"))
  }

  /// Sends a signal and waits for the end.
  func end(by signal: Int32, seconds: Int = 10) throws -> Ended {
    kill(process, signal)
    return try wait(seconds: seconds)
  }

  /// Waits until `condition` holds.
  func until(_ what: String, seconds: Double = 20, _ condition: () throws -> Bool) throws {
    let limit = SystemTime.monotonicSeconds + seconds
    while try !condition() {
      try #require(
        SystemTime.monotonicSeconds < limit, "\(what) within \(seconds) s; said: \(errorSoFar)")
      usleep(2000)
    }
  }
}
