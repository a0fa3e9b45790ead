import Bytes
import Glibc
import Machine
import Storefront

/// Brings the sitemaps of one view up to date: puts the lines of pages that were made again in the place
/// of their old ones, and leaves all others as they are.
struct SitemapUpdate {
  let root: RootState
  let state: ViewState
  let content: ContentLibrary
  let survey: Survey
  let baseURL: String
  /// Where the published root is.
  let folder: String
  /// The view's files as they are.
  let files: [SitemapFile]
  /// Lines of pages that are listed, by location.
  let lines: [String: SitemapEntry.Written]
  /// Dates that the pages had before, by location.
  let oldDates: [String: Instant]
  /// Locations of pages that are listed no more.
  let gone: Set<String>
  /// Whether pages can have taken each other's addresses, so that the order is another.
  let isReordered: Bool

  /// A file that is different now.
  struct Changed {
    var path: String
    var bytes: [UInt8]
    /// Where it is different; nil for all of it.
    var ranges: [Range<Int>]?
  }

  /// What the update gives.
  struct Result {
    var files: [SitemapFile]
    var changed: [Changed] = []
  }

  /// Why it cannot be done by lines.
  private struct Unfit: Error {}

  /// Makes the files that are different. Throws `SurveyUpdate.Insufficient` where the old files do not
  /// hold what they should.
  func run() throws -> Result {
    if lines.isEmpty && gone.isEmpty { return Result(files: files) }
    do {
      return try replaceLines()
    } catch is Unfit {
      return try writeAnew()
    }
  }

  // MARK: Lines of the same pages

  /// The usual case: the same pages, some with other lines.
  private func replaceLines() throws -> Result {
    guard gone.isEmpty, !isReordered else { throw Unfit() }
    var left = lines
    var result = Result(files: files)
    for (index, file) in files.enumerated() where !left.isEmpty {
      let bytes = try Files.read("\(folder)/\(file.path)")
      guard bytes.count == file.byteCount else { throw Unfit() }
      let found = Self.lines(of: left, in: bytes)
      for (_, entry) in found { left[entry.location] = nil }
      guard !found.isEmpty else { continue }
      let changed = try replace(found, in: bytes, file, isLast: index == files.count - 1)
      result.files[index] = changed.file
      if let file = changed.changed { result.changed.append(file) }
    }
    guard left.isEmpty else { throw Unfit() }
    return result
  }

  private func replace(
    _ found: [(range: Range<Int>, entry: SitemapEntry.Written)], in bytes: [UInt8],
    _ file: SitemapFile, isLast: Bool
  ) throws -> (file: SitemapFile, changed: Changed?) {
    var written: [UInt8] = []
    written.reserveCapacity(bytes.count + 4096)
    var position = 0
    var newest = file.lastModified
    var ranges: [Range<Int>] = []
    for (range, entry) in found.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      // The newest date of the file is known only while dates rise.
      if let old = oldDates[entry.location], let new = entry.lastModified, new < old {
        throw Unfit()
      }
      if let date = entry.lastModified { newest = max(newest ?? date, date) }
      if bytes[range].elementsEqual(entry.xml) { continue }
      written.append(contentsOf: bytes[position..<range.lowerBound])
      let start = written.count
      written.append(contentsOf: entry.xml)
      ranges.append(start..<written.count)
      position = range.upperBound
    }
    written.append(contentsOf: bytes[position...])
    // Where files end is settled by their number of pages as long as none is full of bytes.
    let limits = SitemapLimits.small
    guard written.count <= limits.byteCount, isLast || file.urlCount == limits.urlCount else {
      throw Unfit()
    }
    let now = SitemapFile(
      path: file.path, urlCount: file.urlCount, byteCount: written.count, lastModified: newest)
    return (now, ranges.isEmpty ? nil : Changed(path: file.path, bytes: written, ranges: ranges))
  }

  /// Where the lines of pages stand, in one pass over the file.
  private static func lines(of wanted: [String: SitemapEntry.Written], in bytes: [UInt8])
    -> [(range: Range<Int>, entry: SitemapEntry.Written)]
  {
    var marks: [Fingerprint: SitemapEntry.Written] = [:]
    for (location, entry) in wanted {
      var mark = ByteBuffer(capacity: location.utf8.count + 16)
      mark.append(escapingMarkup: location)
      marks[mark.withBytes { Fingerprint(of: $0) }] = entry
    }
    let opening = "<url><loc>".utf8.count
    var found: [(range: Range<Int>, entry: SitemapEntry.Written)] = []
    bytes.withUnsafeBytes { text in
      var start = 0
      while start < text.count {
        let end = next(10, in: text, from: start) ?? text.count - 1
        defer { start = end + 1 }
        guard end > start + opening, text[start + 1] == UInt8(ascii: "u"),
          text[start + 4] == UInt8(ascii: ">"),
          let close = next(UInt8(ascii: "<"), in: text, from: start + opening), close < end
        else { continue }
        let name = UnsafeRawBufferPointer(rebasing: text[(start + opening)..<close])
        if let entry = marks[Fingerprint(of: name)] { found.append((start..<(end + 1), entry)) }
      }
    }
    return found
  }

  private static func next(_ byte: UInt8, in text: UnsafeRawBufferPointer, from start: Int) -> Int?
  {
    guard start < text.count, let base = text.baseAddress,
      let found = memchr(base + start, Int32(byte), text.count - start)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }

  // MARK: Other pages

  /// Pages came or went: all lines are put in order anew, old ones as they are.
  private func writeAnew() throws -> Result {
    var old: [String: [UInt8]] = [:]
    for file in files {
      let bytes = try Files.read("\(folder)/\(file.path)")
      for line in bytes.split(separator: 10) {
        if let location = Self.location(of: line) { old[location] = line + [10] }
      }
    }
    var writer = SitemapWriter(name: state.pathPrefix, baseURL: baseURL, limits: .small)
    var result = Result(files: [])
    func emit(_ path: String, _ bytes: UnsafeRawBufferPointer) {
      result.changed.append(Changed(path: path, bytes: [UInt8](bytes), ranges: nil))
    }
    for key in root.pages(row: state.row, content: content) {
      try add(key, old, &writer, emit)
    }
    for number in 0..<survey.ids.count { try add(.product(number), old, &writer, emit) }
    try writer.finish(emit: emit)
    result.files = writer.files
    return result
  }

  private func add(
    _ key: PageKey, _ old: [String: [UInt8]], _ writer: inout SitemapWriter,
    _ emit: (String, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard root.isListed(key, row: state.row, content: content) else { return }
    let path = state.view.addresses.prefix + root.suffix(of: key, row: state.row)
    let location = state.view.addresses.absolute(path)
    if let line = lines[location] { return try writer.add(line, emit: emit) }
    var mark = ByteBuffer(capacity: location.utf8.count + 16)
    mark.append(escapingMarkup: location)
    guard let line = old[mark.string] else {
      throw SurveyUpdate.Insufficient(reason: "a sitemap does not list \(path)")
    }
    let entry = SitemapEntry.Written(
      location: location, lastModified: Self.date(of: line), xml: line)
    try writer.add(entry, emit: emit)
  }

  private static func location(of line: ArraySlice<UInt8>) -> String? {
    text(between: "<url><loc>", "</loc>", in: line)
  }

  private static func date(of line: [UInt8]) -> Instant? {
    text(between: "<lastmod>", "</lastmod>", in: line[...]).flatMap(Instant.init(rfc3339:))
  }

  private static func text(
    between opening: String, _ closing: String, in line: ArraySlice<UInt8>
  ) -> String? {
    let (opening, closing) = (Array(opening.utf8), Array(closing.utf8))
    return line.withUnsafeBytes { text -> String? in
      guard let start = opening.withUnsafeBytes({ text.offset(of: $0, from: 0) }) else {
        return nil
      }
      let begin = start + opening.count
      guard let end = closing.withUnsafeBytes({ text.offset(of: $0, from: begin) }) else {
        return nil
      }
      return String(decoding: text[begin..<end], as: UTF8.self)
    }
  }
}
