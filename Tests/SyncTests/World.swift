import Bytes
import Contract
import LocalMirror
import Machine
import SQL
import Support
import Sync
import Testing

/// A source, a mirror and a clock of a test's own.
final class World {
  let source: SimulatedSource
  let folder: ScratchFolder
  let time = FixedTime(Instant(seconds: 1_790_000_000))
  var options = Pull.Options()
  var progress: [PullProgress] = []

  init(products: Int = 0, pageSize: Int = 10) throws {
    source = SimulatedSource(pageSize: pageSize)
    folder = try ScratchFolder()
    for number in 0..<products { put(number) }
  }

  var path: String { "\(folder.path)/demo.sqlite" }

  func put(_ number: Int, title: String = "A thing") {
    source.put(
      .product, "p\(number)",
      #"{"handle":"thing-\#(number)","title":"\#(title)","status":"active"}"#)
  }

  @discardableResult
  func pull(_ wrapped: (any CatalogSource)? = nil) throws -> PullReport {
    let mirror = try MirrorStore(path: path, tenant: "demo", clock: time)
    progress = []
    return try Pull(
      source: wrapped ?? source, mirror: mirror, connector: "simulated", options: options,
      time: time, random: SeededRandom(seed: 7)
    ) { self.progress.append($0) }.run()
  }

  /// Pulls and gives the error that must come.
  func pullError() -> PullError? {
    #expect(throws: PullError.self) { try self.pull() }
  }

  /// Whether the mirror holds exactly what the source has.
  func expectEqual(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let mirror = try MirrorStore(path: path, tenant: "demo", clock: time)
    for type in [ResourceType.location, .product, .variant] {
      let theirs = try source.digest(of: type)
      #expect(try mirror.digest(of: type) == theirs, sourceLocation: sourceLocation)
    }
  }

  func titles() throws -> [String] {
    let result = try MirrorQuery(path: path).run("SELECT title FROM product ORDER BY id")
    return result.rows.compactMap { row in
      if case .text(let title) = row[0] { return title }
      return nil
    }
  }

  func figures(_ report: PullReport, _ type: ResourceType = .product) -> [Int] {
    guard let stream = report.streams.first(where: { $0.type == type }) else { return [] }
    return [stream.inserted, stream.updated, stream.unchanged, stream.deleted, stream.quarantined]
  }
}
