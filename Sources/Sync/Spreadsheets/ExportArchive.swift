import Bytes
import Formats
public import Machine

/// The copies of exports that are kept, so that what comes back can be compared with what went out.
///
/// A copy is the file itself, compressed. The newest few are kept.
public struct ExportArchive {
  /// How many exports are kept.
  public static let limit = 10

  private let folder: String
  private let files: any FileSystem

  /// Names the folder of the copies, such as `.trumeau/exports`.
  public init(folder: String, files: any FileSystem = SystemFiles()) {
    self.folder = folder
    self.files = files
  }

  /// A name that no program takes for a number or a date.
  static func newName(_ random: any RandomSource) -> String {
    "x" + Hex.encode(random.bytes(4))
  }

  /// Keeps a copy, and forgets the oldest ones.
  func keep(_ name: String, _ bytes: [UInt8]) throws {
    try files.makeFolders(folder)
    let compressed = bytes.withUnsafeBytes { Gzip.compress($0, level: 6) }
    try files.replace("\(folder)/\(name).csv.gz", with: compressed, mode: 0o600)
    let known = try files.list(folder).filter { $0.hasSuffix(".csv.gz") }
    let dated = known.map { ($0, files.information("\(folder)/\($0)")?.modified) }
      .sorted { ($0.1?.microseconds ?? 0, $0.0) < ($1.1?.microseconds ?? 0, $1.0) }
    for (old, _) in dated.dropLast(Self.limit) { try files.remove("\(folder)/\(old)") }
  }

  /// The rows of an export by the ids of product and variant; nil where it is not kept.
  func rows(of name: String) throws -> KeptExport? {
    let path = "\(folder)/\(name).csv.gz"
    guard name.allSatisfy({ $0.isLetter || $0.isNumber }), files.information(path) != nil else {
      return nil
    }
    let stream = GzipStream()
    let reader = CSVReader(separator: ",")
    var kept = KeptExport()
    let bytes = try files.read(path)
    try bytes.withUnsafeBytes { raw in
      try stream.feed(raw) { piece in try reader.feed(piece) { kept.add($0) } }
    }
    try stream.finish()
    try reader.finish { kept.add($0) }
    return kept
  }
}

/// The texts of an export.
struct KeptExport {
  private var columns: [String: Int] = [:]
  private var rows: [String: [String]] = [:]

  /// The key of a row.
  static func key(_ product: String, _ variant: String) -> String { "\(product)\t\(variant)" }

  fileprivate mutating func add(_ record: CSVRecord) {
    if columns.isEmpty {
      for (index, name) in record.texts.enumerated() { columns[name] = index }
      return
    }
    let texts = record.texts
    let product = columns["product_id"].flatMap { $0 < texts.count ? texts[$0] : nil } ?? ""
    let variant = columns["variant_id"].flatMap { $0 < texts.count ? texts[$0] : nil } ?? ""
    rows[Self.key(product, variant)] = texts
  }

  /// What a cell held; nil where the export had no such row or column.
  func text(_ product: String, _ variant: String, column: String) -> String? {
    guard let texts = rows[Self.key(product, variant)], let index = columns[column],
      index < texts.count
    else { return nil }
    return texts[index]
  }
}
