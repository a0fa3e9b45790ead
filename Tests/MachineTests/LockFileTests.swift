import Machine
import Support
import Synchronization
import Testing

@Suite("A lock that keeps a second process out")
struct LockFileTests {
  private let folder: ScratchFolder
  private var path: String { "\(folder.path)/place.lock" }

  init() throws { folder = try ScratchFolder() }

  @Test("is taken once, and the file says by whom")
  func taken() throws {
    let lock = try LockFile(path, at: SystemTime().now)
    let error = #expect(throws: MachineError.self) { _ = try LockFile(path, at: SystemTime().now) }
    #expect(error?.reason.contains("in use by process \(Environment.processID) since ") == true)
    _ = consume lock
    _ = try LockFile(path, at: SystemTime().now)
  }

  @Test("is waited for, and whoever waits is told once by whom it is held")
  func waited() async throws {
    let lock = try LockFile(path, at: SystemTime().now)
    let told = Mutex<[String]>([])
    let path = path
    async let second: Void = Task.detached {
      _ = try LockFile(path, at: SystemTime().now, waiting: 60_000, toldAfter: 20) { holder in
        told.withLock { $0.append(holder) }
      }
    }.value
    while told.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(5)) }
    try await Task.sleep(for: .milliseconds(50))
    _ = consume lock
    try await second
    #expect(told.withLock { $0.count } == 1)
    #expect(told.withLock { $0[0].hasPrefix("in use by process") })
  }

  @Test("is not waited for longer than was asked")
  func ends() throws {
    let lock = try LockFile(path, at: SystemTime().now)
    #expect(throws: MachineError.self) {
      _ = try LockFile(path, at: SystemTime().now, waiting: 30)
    }
    _ = consume lock
  }
}
