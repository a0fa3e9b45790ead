public import Bytes
public import Catalog
public import Diagnostics
import Formats
import LocalMirror
import Machine
public import Storefront
import Synchronization

/// What a run made.
public struct FeedReport: Sendable {
  /// One file.
  public struct File: Sendable, Hashable {
    /// Its path.
    public let path: String
    /// Its size.
    public let byteCount: Int
  }

  /// The channel.
  public var channel: String
  /// Items written.
  public var itemCount = 0
  /// Products with at least one item.
  public var productCount = 0
  /// Variants left out, by reason.
  public var omitted: [Omission: Int] = [:]
  /// Characters that XML forbids and that were left out.
  public var cleanedCount = 0
  /// Size of the document before compression.
  public var documentBytes = 0
  /// The files.
  public var files: [File] = []
  /// The mirror's contents that it was made from.
  public var snapshotID = ""
  /// Until when the feed is right, where a window opens or closes later.
  public var validUntil: Instant?
  /// Items of the last publication.
  public var previousItemCount: Int?
}

/// Builds the feed of one channel from the mirror, in bounded memory, on all threads.
public struct FeedBuild: Sendable {
  /// Folder of the published files: `public/feeds`.
  public var folder: String
  /// Folder of the notes about publications: `.trumeau/feeds`.
  public var stateFolder: String
  /// Products that one worker takes at a time.
  public var chunk = 64
  /// How many threads to use.
  public var workers = Parallel.workerCount

  private let profile = FeedProfile.google

  /// Makes a build that publishes into `folder`.
  public init(folder: String, stateFolder: String) {
    self.folder = folder
    self.stateFolder = stateFolder
  }

  /// Writes and publishes the feed of a channel.
  ///
  /// - Parameters:
  ///   - mirror: path of the mirror.
  ///   - marketID: id of the market's record.
  ///   - terms: what the storefront lays down beside the records.
  ///   - isShrinkAllowed: publish although far fewer items are in it than last time.
  ///   - progress: called with products done and products in all.
  /// - Throws: `FeedError`, `LeakError`, `MirrorError`, `MachineError`. The published files stay as
  ///   they were.
  public func run(
    _ channel: Channel, shop: ShopFacts, mirror: String, tenant: String?, marketID: String,
    terms: StorefrontTerms = .none, at instant: Instant, isShrinkAllowed: Bool = false,
    sink: DiagnosticSink,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> FeedReport {
    let readers = try MirrorReader.open(path: mirror, tenant: tenant, count: workers)
    let context = try readers[0].context(at: instant, terms: terms)
    guard let market = context.market(marketID) else {
      throw FeedError(
        .settings,
        "the channel \(channel.name) is for the market \(marketID), which is not in the "
          + "catalogue", help: "known markets: \(context.markets.map(\.id).joined(separator: ", "))"
      )
    }
    let builder = try ItemBuilder(
      channel: channel, profile: profile, shop: shop, context: context, market: market, at: instant)
    let source = ProductSource(
      readers: readers, ids: try readers[0].productIDs(), index: CollectionIndex(context))
    let previous = FeedState(folder: stateFolder, output: channel.output)
    var report = FeedReport(channel: channel.name)
    report.snapshotID = readers[0].snapshotID
    report.previousItemCount = previous?.itemCount
    do {
      var files = try FeedFiles(folder: folder, channel: channel, workers: workers)
      let scanner = try leakScanner(builder, source)
      try write(
        channel, builder, source, scanner, to: &files, report: &report, sink: sink,
        progress: progress)
      try check(report, channel, isShrinkAllowed)
      report.documentBytes = files.byteCount
      report.files = try files.publish().map {
        FeedReport.File(path: $0.path, byteCount: $0.byteCount)
      }
    } catch {
      FeedFiles.discard(folder: folder, output: channel.output)
      throw error
    }
    try FeedState(itemCount: report.itemCount, snapshotID: report.snapshotID, asOf: instant)
      .store(folder: stateFolder, output: channel.output)
    return report
  }

  // MARK: items

  /// Reads all products once to learn what must not be in the feed.
  private func leakScanner(_ builder: ItemBuilder, _ source: ProductSource) throws -> LeakScanner {
    let book = Mutex(SecretBook())
    try Parallel.forEach(count: source.ids.count, chunk: chunk, workers: workers) {
      worker, range in
      var own = SecretBook()
      try source.products(range, worker: worker) { builder.leaks.note($0, in: &own) }
      let noted = own
      book.withLock { $0.merge(noted) }
    }
    return LeakScanner(book.withLock { $0 })
  }

  /// What one worker made of one chunk of products.
  private struct Piece: Sendable {
    var xml: [UInt8] = []
    var ids: [(id: String, productID: String)] = []
    var productCount = 0
    var omitted: [Omission: Int] = [:]
    var cleanedCount = 0
    var nextChange: Instant?
  }

  private func write(
    _ channel: Channel, _ builder: ItemBuilder, _ source: ProductSource,
    _ scanner: LeakScanner, to files: inout FeedFiles, report: inout FeedReport,
    sink: DiagnosticSink,
    progress: (Int, Int) -> Void
  ) throws {
    var document = profile.opening(
      title: channel.title, link: builder.home, description: channel.description,
      snapshotID: report.snapshotID)
    try document.drain { (bytes) throws(MachineError) in try files.write(bytes) }
    var taken: Set<UInt64> = []
    var scratch = LeakScratch()
    var leaks: [Leak] = []
    let total = source.ids.count
    let window = chunk * workers * 4
    for start in stride(from: 0, to: total, by: window) {
      let end = min(start + window, total)
      for piece in try pieces(builder, source, start..<end, sink) {
        leaks += piece.xml.withUnsafeBytes {
          scanner.scan(file: "\(channel.output).xml", $0, scratch: &scratch)
        }
        try append(piece, channel, &taken, to: &files, report: &report, sink: sink)
      }
      progress(end, total)
    }
    if !leaks.isEmpty { throw LeakError(leaks: Array(leaks.prefix(100))) }
    try document.finish().withBytes { (bytes) throws(MachineError) in try files.write(bytes) }
  }

  /// The pieces of a window of products, in order.
  private func pieces(
    _ builder: ItemBuilder, _ source: ProductSource, _ window: Range<Int>, _ sink: DiagnosticSink
  ) throws -> [Piece] {
    let count = (window.count + chunk - 1) / chunk
    let made = Mutex<[Piece]>(Array(repeating: Piece(), count: count))
    try Parallel.forEach(count: count, chunk: 1, workers: workers) { worker, range in
      for number in range {
        let start = window.lowerBound + number * chunk
        let piece = try self.piece(
          builder, source, worker, start..<min(start + chunk, window.upperBound), sink)
        made.withLock { $0[number] = piece }
      }
    }
    return made.withLock { $0 }
  }

  private func piece(
    _ builder: ItemBuilder, _ source: ProductSource, _ worker: Int, _ range: Range<Int>,
    _ sink: DiagnosticSink
  ) throws -> Piece {
    var piece = Piece()
    var xml = profile.fragment()
    try source.products(range, worker: worker) { bundle in
      let made = builder.items(of: bundle, sink: sink)
      for item in made.items {
        profile.append(item, to: &xml)
        piece.ids.append((item.id, item.productID))
      }
      piece.productCount += made.items.isEmpty ? 0 : 1
      piece.omitted.merge(made.omitted, uniquingKeysWith: +)
      if let change = made.nextChange { piece.nextChange = min(piece.nextChange ?? change, change) }
    }
    piece.cleanedCount = xml.cleanedCount
    piece.xml = xml.finish().array
    return piece
  }

  private func append(
    _ piece: Piece, _ channel: Channel, _ taken: inout Set<UInt64>, to files: inout FeedFiles,
    report: inout FeedReport, sink: DiagnosticSink
  ) throws {
    for (id, productID) in piece.ids where !taken.insert(Fingerprint(of: id).low).inserted {
      sink.report(
        Diagnostic(
          "id-duplicate", .error, "two items of the feed have the id \"\(id)\"",
          record: RecordReference(type: "product", id: productID),
          help: "give each variant an SKU of its own"))
    }
    try piece.xml.withUnsafeBytes { try files.write($0) }
    report.itemCount += piece.ids.count
    report.productCount += piece.productCount
    report.omitted.merge(piece.omitted, uniquingKeysWith: +)
    report.cleanedCount += piece.cleanedCount
    if let change = piece.nextChange {
      report.validUntil = min(report.validUntil ?? change, change)
    }
  }

  /// How many variants were left out for which reason.
  private static func why(_ report: FeedReport) -> String {
    let reasons = report.omitted.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { "\($0.value) \($0.key.rawValue)" }
    return reasons.isEmpty ? "" : "variants left out: \(reasons.joined(separator: ", ")); "
  }

  /// The guards before publication.
  private func check(_ report: FeedReport, _ channel: Channel, _ isShrinkAllowed: Bool)
    throws(FeedError)
  {
    if isShrinkAllowed { return }
    guard report.itemCount > 0 else {
      throw FeedError(
        .empty, "the feed \(channel.output) would have no items; nothing was published",
        help: Self.why(report) + "publish it all the same with --allow-shrink")
    }
    guard let previous = report.previousItemCount, report.itemCount < previous else { return }
    // Whole numbers: 80 of 100 items at 20 % is just allowed.
    if report.itemCount * 100 < previous * (100 - channel.maxShrink) {
      throw FeedError(
        .shrink,
        "the feed \(channel.output) would shrink from \(previous) to \(report.itemCount) items, "
          + "more than \(channel.maxShrink) %; nothing was published",
        help: "if that is meant, publish with --allow-shrink")
    }
  }
}

/// The products of a mirror for several workers.
///
/// `@unchecked Sendable`: `Parallel.forEach` never has a worker in two calls at once, and each uses
/// its own reader.
private final class ProductSource: @unchecked Sendable {
  let readers: [MirrorReader]
  let ids: [String]
  let index: CollectionIndex

  init(readers: [MirrorReader], ids: [String], index: CollectionIndex) {
    self.readers = readers
    self.ids = ids
    self.index = index
  }

  func products(
    _ range: Range<Int>, worker: Int, _ body: (ProductBundle) throws -> Void
  ) throws {
    guard let first = range.first, let last = range.last else { return }
    try readers[worker].products(from: ids[first], through: ids[last], in: index, body)
  }
}
