import Bytes
import Storefront

extension BuildRecord {
  private static let heading = "trumeau build record 5"

  /// The record as bytes, with a digest at the end.
  func encoded() -> [UInt8] {
    var buffer = ByteBuffer(capacity: 1 << 20)
    buffer.append(counted: Self.heading)
    appendInputs(to: &buffer)
    appendProducts(to: &buffer)
    appendReads(to: &buffer)
    for root in leaks { buffer.append(counted: root) }
    let digest = buffer.withBytes { Fingerprint(of: $0) }
    buffer.append(number: digest.high)
    buffer.append(number: digest.low)
    return buffer.array
  }

  /// Reads what `encoded()` wrote; nil where it is damaged or of another version.
  init?(reading bytes: [UInt8]) {
    guard bytes.count > 16 else { return nil }
    let digest = bytes.withUnsafeBytes {
      Fingerprint(of: UnsafeRawBufferPointer(rebasing: $0.dropLast(16)))
    }
    var tail = ByteReader(Array(bytes.suffix(16)))
    guard tail.number() == digest.high, tail.number() == digest.low else { return nil }
    var reader = ByteReader(bytes)
    guard reader.text() == Self.heading else { return nil }
    self.init()
    readInputs(&reader)
    readProducts(&reader)
    readReads(&reader)
    leaks = roots.map { _ in reader.counted() }
    if reader.isDamaged { return nil }
  }

  // MARK: Inputs

  private func appendInputs(to buffer: inout ByteBuffer) {
    buffer.append(number: Int64(generation))
    buffer.append(number: Int64(patch))
    buffer.append(number: UInt32(inputs.count))
    for input in inputs {
      buffer.append(counted: input.name)
      buffer.append(number: input.digest.high)
      buffer.append(number: input.digest.low)
    }
    for number in [
      instant.microseconds, nextSharedChange, nextCollectionChange, expires, Int64(clock),
      asOf.microseconds, revision,
    ] {
      buffer.append(number: number)
    }
    buffer.append(counted: snapshotID)
    buffer.append(counted: mirrorID)
    buffer.append(number: UInt8(pullTimeUse))
    buffer.append(number: UInt8(showsSnapshot ? 1 : 0))
    buffer.append(number: UInt32(roots.count))
    for root in roots {
      buffer.append(counted: root.path)
      buffer.append(number: root.inode)
      for count in [
        root.pageCount, root.fileCount, root.byteCount, root.secretCount, root.tooShortCount,
        root.alsoPublicCount,
      ] {
        buffer.append(number: Int64(count))
      }
      buffer.append(counted: root.secretDigest)
    }
    buffer.append(number: UInt32(feeds.count))
    for feed in feeds { Self.append(feed, to: &buffer) }
    buffer.append(number: UInt32(productFiles.count))
    for entry in productFiles {
      Self.append(entry.file, to: &buffer)
      buffer.append(counted: entry.product)
    }
  }

  private static func append(_ file: ForeignFile, to buffer: inout ByteBuffer) {
    buffer.append(counted: file.name)
    buffer.append(number: Int64(file.size))
    buffer.append(number: file.modified)
  }

  private static func file(_ reader: inout ByteReader) -> ForeignFile {
    ForeignFile(
      name: reader.text(), size: Int(reader.number(Int64.self)), modified: reader.number())
  }

  private mutating func readInputs(_ reader: inout ByteReader) {
    generation = Int(reader.number(Int64.self))
    patch = Int(reader.number(Int64.self))
    inputs = (0..<reader.count(ofSize: 20)).map { _ in
      InputDigest(
        name: reader.text(), digest: Fingerprint(high: reader.number(), low: reader.number()))
    }
    instant = Instant(microseconds: reader.number())
    nextSharedChange = reader.number()
    nextCollectionChange = reader.number()
    expires = reader.number()
    clock = Int(reader.number(Int64.self))
    asOf = Instant(microseconds: reader.number())
    revision = reader.number()
    snapshotID = reader.text()
    mirrorID = reader.text()
    pullTimeUse = Int(reader.number(UInt8.self))
    showsSnapshot = reader.number(UInt8.self) == 1
    roots = (0..<reader.count(ofSize: 36)).map { _ in
      Root(
        path: reader.text(), inode: reader.number(), pageCount: Int(reader.number(Int64.self)),
        fileCount: Int(reader.number(Int64.self)), byteCount: Int(reader.number(Int64.self)),
        secretCount: Int(reader.number(Int64.self)),
        tooShortCount: Int(reader.number(Int64.self)),
        alsoPublicCount: Int(reader.number(Int64.self)), secretDigest: reader.text())
    }
    feeds = (0..<reader.count(ofSize: 20)).map { _ in Self.file(&reader) }
    productFiles = (0..<reader.count(ofSize: 24)).map { _ in
      ProductFile(file: Self.file(&reader), product: reader.text())
    }
  }

  // MARK: Products

  private func appendProducts(to buffer: inout ByteBuffer) {
    ids.append(to: &buffer)
    handles.append(to: &buffer)
    translatedHandles.append(to: &buffer)
    buffer.append(number: UInt32(flags.count))
    for (view, flags) in flags.enumerated() {
      buffer.append(array: flags)
      buffer.append(array: traces.cards[view])
    }
    buffer.append(array: traces.nextChanges)
    buffer.append(number: UInt32(collections.count))
    for collection in collections {
      buffer.append(counted: collection.id)
      buffer.append(counted: collection.handle)
      buffer.append(number: collection.rule)
      buffer.append(array: collection.members)
      buffer.append(array: collection.traces.map(\.link))
      buffer.append(array: collection.traces.map(\.whole))
      buffer.append(array: collection.pictures)
      TextTable(collection.pathHandles).append(to: &buffer)
    }
  }

  private mutating func readProducts(_ reader: inout ByteReader) {
    ids = TextTable(reading: &reader)
    handles = TextTable(reading: &reader)
    translatedHandles = TranslatedHandles(reading: &reader)
    traces = ProductTraces(viewCount: 0, productCount: 0)
    for _ in 0..<reader.count(ofSize: 8) {
      flags.append(reader.array())
      traces.cards.append(reader.array())
    }
    traces.nextChanges = reader.array()
    collections = (0..<reader.count(ofSize: 32)).map { _ in
      Collection(
        id: reader.text(), handle: reader.text(), rule: reader.number(), members: reader.array(),
        traces: zip(reader.array(), reader.array()).map { CollectionTrace(link: $0, whole: $1) },
        pictures: reader.array(), pathHandles: Array(TextTable(reading: &reader)))
    }
  }

  // MARK: Reads

  private func appendReads(to buffer: inout ByteBuffer) {
    buffer.append(number: UInt32(lookupSets.count))
    for set in lookupSets { buffer.append(counted: set.sorted().joined(separator: "\n")) }
    buffer.append(number: UInt32(lookups.count))
    for page in lookups {
      buffer.append(number: UInt32(page.view))
      buffer.append(number: page.product)
      buffer.append(counted: page.file)
      buffer.append(number: page.set)
    }
    for root in roots.indices {
      buffer.append(number: UInt32(pictures[root].count))
      for (fingerprint, count) in pictures[root].sorted(by: { $0.key.high < $1.key.high }) {
        buffer.append(number: fingerprint.high)
        buffer.append(number: fingerprint.low)
        buffer.append(number: count)
      }
    }
    buffer.append(number: UInt32(sitemaps.count))
    for files in sitemaps {
      buffer.append(number: UInt32(files.count))
      for file in files {
        buffer.append(counted: file.path)
        buffer.append(number: Int64(file.urlCount))
        buffer.append(number: Int64(file.byteCount))
        buffer.append(number: file.lastModified?.microseconds ?? .min)
      }
    }
  }

  private mutating func readReads(_ reader: inout ByteReader) {
    lookupSets = (0..<reader.count(ofSize: 4)).map { _ in
      Set(reader.text().split(separator: "\n").map(String.init))
    }
    lookups = (0..<reader.count(ofSize: 16)).map { _ in
      PageLookups(
        view: Int(reader.number(UInt32.self)), product: reader.number(), file: reader.text(),
        set: reader.number())
    }
    pictures = roots.map { _ in
      var counts: [Fingerprint: UInt32] = [:]
      let count = reader.count(ofSize: 20)
      counts.reserveCapacity(count)
      for _ in 0..<count {
        counts[Fingerprint(high: reader.number(), low: reader.number())] = reader.number()
      }
      return counts
    }
    sitemaps = (0..<reader.count(ofSize: 4)).map { _ in
      (0..<reader.count(ofSize: 28)).map { _ in
        let path = reader.text()
        let urls = Int(reader.number(Int64.self))
        let bytes = Int(reader.number(Int64.self))
        let newest = reader.number(Int64.self)
        return SitemapFile(
          path: path, urlCount: urls, byteCount: bytes,
          lastModified: newest == .min ? nil : Instant(microseconds: newest))
      }
    }
  }
}
