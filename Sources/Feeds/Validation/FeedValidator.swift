public import Bytes
import Diagnostics
import Formats
import Machine

/// Checks a product feed, ours or anybody's, against the channel's rules while it is read: memory
/// does not grow with the texts, only by some bytes for each item.
///
/// Codes are stable; `:name` behind a code is the attribute. Errors keep a feed from being
/// published.
public struct FeedValidator: Sendable {
  /// What the validator knows beyond the file.
  public struct Options: Sendable {
    /// The instant that dates are compared with.
    public var now: Instant
    /// Countries that the feed is for (ISO 3166-1); some rules hold only in some.
    public var countries: [String] = []
    /// The currency that all prices must have.
    public var currency: String?
    /// The host that pages must be on.
    public var host: String?
    /// Programme and tier labels that the merchant has set up; nil where that is not known.
    public var loyaltyLabels: [(program: String, tier: String?)]?
    /// Labels of tiers whose prices must not be told.
    public var privateTierLabels: [String] = []
    /// Google's taxonomy, `id - path` a line; without it categories are not looked up.
    public var taxonomyFile: String?
    /// How many findings of each code are kept; all are counted.
    public var findingsPerCode = 20
    /// Most bytes of an uncompressed file.
    public var byteCap = 4_000_000_000

    /// Options with nothing known but the time.
    public init(now: Instant) { self.now = now }
  }

  private let options: Options
  private let taxonomy: Taxonomy?

  /// Makes a validator.
  /// - Throws: `FeedError.files` where the taxonomy cannot be read.
  public init(_ options: Options) throws(FeedError) {
    self.options = options
    if let path = options.taxonomyFile {
      do { taxonomy = Taxonomy(try Files.read(path)) } catch {
        throw FeedError(.files, "the taxonomy cannot be read: \(error)")
      }
    } else {
      taxonomy = nil
    }
  }

  /// Checks a file, through gzip where it is gzip. O(file).
  /// - Throws: `FeedError.files` where the file cannot be read at all.
  public func validate(file path: String) throws(FeedError) -> ValidationReport {
    let checker = ItemChecker(options: options, taxonomy: taxonomy, file: path)
    let document = FeedDocument(
      onItem: { checker.check($0) }, onFault: { checker.report($0) })
    do {
      try checkBeginning(path, checker)
      try XMLReader.read(file: path) { event, position in document.handle(event, position) }
    } catch let error as FormatError {
      checker.report(Self.fault(error))
    } catch {
      throw FeedError(.files, "\(path) cannot be read: \(error)")
    }
    checker.finish(itemCount: document.itemCount)
    return checker.log.report(itemCount: document.itemCount)
  }

  private func checkBeginning(_ path: String, _ checker: ItemChecker) throws {
    let start = XMLPosition(line: 1, column: 1)
    let file = try OpenFile(reading: path)
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 1)
    defer { room.deallocate() }
    if try file.read(into: room) >= 3, room[0] == 0xEF, room[1] == 0xBB, room[2] == 0xBF {
      checker.report(
        Diagnostic(
          "xml-bom", .info, "the file begins with a byte order mark, which is not needed",
          at: checker.place(start)))
    }
    let size = Files.information(path)?.size ?? 0
    if size > options.byteCap / 100 * 80 {
      checker.report(
        Diagnostic(
          "feed-size", size > options.byteCap ? .error : .warning,
          "the file has \(size) bytes; the channel takes \(options.byteCap)",
          at: checker.place(start), help: "split the feed, or compress it"))
    }
  }

  /// Gives a fault of the XML itself its code, by libxml2's words.
  private static func fault(_ error: FormatError) -> DocumentFault {
    let message = error.message
    let code: String
    var help: String?
    if error.format == "gzip" {
      code = "xml-wellformed"
    } else if message.contains("document type") {
      code = "xml-doctype"
      help = "remove <!DOCTYPE …>; feeds need none"
    } else if message.contains("invalid Char") || message.contains("invalid xmlChar") {
      code = "xml-illegal-char"
      help = "remove control characters; XML has no way to write them"
    } else if message.contains("not proper UTF-8") || message.contains("encoding") {
      code = "xml-encoding"
      help = "write the file in UTF-8 and say so"
    } else {
      code = "xml-wellformed"
    }
    return DocumentFault(
      code: code, isError: true, message: message, help: help,
      position: XMLPosition(line: max(error.line, 1), column: max(error.column, 1)))
  }
}

/// Google's categories: numbers and paths.
struct Taxonomy: Sendable {
  private let pathByID: [String: String]
  private let paths: Set<String>

  init(_ bytes: [UInt8]) {
    var byID: [String: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    where !line.hasPrefix("#") {
      guard let cut = line.firstRange(of: " - ") else { continue }
      byID[String(line[..<cut.lowerBound])] = String(line[cut.upperBound...].trimmed)
    }
    pathByID = byID
    paths = Set(byID.values)
  }

  /// The path of a category given by number or path, or nil where there is none.
  func path(_ category: String) -> String? {
    if let path = pathByID[category] { return path }
    return paths.contains(category) ? category : nil
  }
}
