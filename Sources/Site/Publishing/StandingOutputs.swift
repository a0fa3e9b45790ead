import Bytes
import Machine
import Storefront
import Synchronization

/// The outputs that an update leaves as they are, to be searched for values that are private since the
/// last build: every one of the roots concerned, from the disk, on all cores. Where nothing is private that
/// was not before, nothing is read.
struct StandingOutputs: Sendable {
  /// The project's folder.
  let project: String
  let manifestPath: String
  let patch: Patch
  let outputs: Outputs
  /// What is to be searched for, by root.
  let news: [LeakScanner?]
  /// What paths of pages begin with, by root: other names of a page's file are passed over.
  let prefixes: [[String]]

  /// Searches and gives how many outputs there were.
  ///
  /// - Throws: `SurveyUpdate.Insufficient` where an output is not what was published, or may not stay,
  ///   which a full build mends.
  func search(workers: Int, progress: @Sendable (Int, Int) -> Void) throws -> Int {
    guard news.contains(where: { $0 != nil }) else { return 0 }
    let lines = ManifestLines(try Files.read(manifestPath))
    let all = lines.standing.count
    let done = Atomic<Int>(0)
    let count = Atomic<Int>(0)
    let rooms = (0..<workers).map { _ in OutputRoom() }
    try Parallel.forEach(count: all, chunk: 64, workers: workers) {
      worker, range throws(any Error) in
      var scratch = LeakScratch()
      for index in range {
        guard let output = lines.place(index), let wanted = news[output.root], isLeft(output)
        else { continue }
        try search(output, for: wanted, rooms[worker], &scratch)
        count.wrappingAdd(1, ordering: .relaxed)
      }
      progress(done.wrappingAdd(range.count, ordering: .relaxed).newValue, all)
    }
    return count.load(ordering: .relaxed)
  }

  /// Whether an output stays as it is and is not another name of a page.
  private func isLeft(_ output: ManifestLines.Place) -> Bool {
    guard patch.action(output.path, in: output.root) == nil else { return false }
    return !PageKey.kinds.contains(output.kind)
      || prefixes[output.root].contains { output.path.hasPrefix($0) }
  }

  private func search(
    _ output: ManifestLines.Place, for wanted: LeakScanner, _ room: OutputRoom,
    _ scratch: inout LeakScratch
  ) throws {
    let path = "\(patch.roots[output.root])/\(output.path)"
    guard let file = Files.information("\(project)/\(path)"), file.size == output.size,
      file.modified.microseconds == output.modified
    else { throw SurveyUpdate.Insufficient(reason: "\(path) is not what was published") }
    let mayStay = try room.read("\(project)/\(path)", output.size) { bytes in
      outputs.search(
        output.path, in: output.root, kind: output.kind, bytes, for: wanted, scratch: &scratch)
    }
    guard mayStay else {
      throw SurveyUpdate.Insufficient(reason: "\(path) names what is private by now")
    }
  }
}

/// Memory into which a worker reads one output after another.
///
/// `@unchecked Sendable`: it belongs to one worker, which `Parallel.forEach` never runs twice at once.
private final class OutputRoom: @unchecked Sendable {
  private var room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

  deinit { room.deallocate() }

  /// Calls `body` with the bytes of a file of that size.
  func read<Result>(
    _ path: String, _ size: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    if room.count < size {
      room.deallocate()
      room = .allocate(byteCount: size + size / 2, alignment: 16)
    }
    let file = try OpenFile(reading: path)
    var count = 0
    while count < size {
      let got = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: room[count..<size]))
      if got == 0 { break }
      count += got
    }
    return try body(UnsafeRawBufferPointer(rebasing: room[..<count]))
  }
}
