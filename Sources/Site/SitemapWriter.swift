public import Bytes
public import Diagnostics
import Formats

/// Writes a row of sitemap files, `sitemaps/<name>-1.xml` and on, each within the protocol's
/// limits. Holds one file at a time; what it writes depends on the entries alone.
///
/// Twelve languages of fifty thousand products reach 50 MiB long before 50,000 pages, so both are
/// watched.
public struct SitemapWriter: ~Copyable {
  /// Files finished so far, for the index.
  public private(set) var files: [SitemapFile] = []

  private let name: String
  private let base: String
  private let limits: SitemapLimits
  private let sink: DiagnosticSink?
  private var shard = ByteBuffer(capacity: 1 << 16)
  private var urlCount = 0
  private var newest: Instant?

  private static let opening: StaticString = """
    <?xml version="1.0" encoding="UTF-8"?>
    <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" \
    xmlns:xhtml="http://www.w3.org/1999/xhtml" \
    xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">

    """
  private static let closing: StaticString = "</urlset>\n"

  /// Starts a row of files. Pages outside `baseURL` (scheme and host) and URLs longer than 2,048
  /// characters are reported to `sink` and left out.
  public init(
    name: String, baseURL: String, limits: SitemapLimits = .standard, sink: DiagnosticSink? = nil
  ) {
    self.name = name
    base = baseURL.hasSuffix("/") ? baseURL : baseURL + "/"
    self.limits = limits
    self.sink = sink
  }

  /// Adds a page; `emit` gets path and bytes of each file that is thereby full.
  public mutating func add(
    _ entry: SitemapEntry, emit: (String, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try add(entry.written, emit: emit)
  }

  /// Adds a page whose element is written already.
  mutating func add(
    _ entry: SitemapEntry.Written, emit: (String, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard isAcceptable(entry.location) else { return }
    let closing = Self.closing.utf8CodeUnitCount
    if urlCount == limits.urlCount
      || (urlCount > 0 && shard.count + entry.xml.count + closing > limits.byteCount)
    {
      try flush(emit)
    }
    if urlCount == 0 { shard.append(Self.opening) }
    shard.append(entry.xml)
    urlCount += 1
    if let date = entry.lastModified { newest = max(newest ?? date, date) }
  }

  /// Ends the row; `emit` gets the last file, if there is one.
  public mutating func finish(emit: (String, UnsafeRawBufferPointer) throws -> Void) throws {
    if urlCount > 0 { try flush(emit) }
  }

  private mutating func flush(_ emit: (String, UnsafeRawBufferPointer) throws -> Void) throws {
    shard.append(Self.closing)
    let path = "sitemaps/\(name)-\(files.count + 1).xml"
    try shard.withBytes { try emit(path, $0) }
    files.append(
      SitemapFile(
        path: path, urlCount: urlCount, byteCount: shard.count, lastModified: newest))
    shard.removeAll()
    urlCount = 0
    newest = nil
  }

  private func isAcceptable(_ location: String) -> Bool {
    let fault: (code: String, message: String)?
    if !location.hasPrefix(base) {
      fault = ("sitemap-host", "\(location) is not below \(base)")
    } else if location.utf8.count > 2048 {
      fault = ("sitemap-loc-length", "the URL has more than 2,048 characters: \(location)")
    } else {
      fault = nil
    }
    guard let fault else { return true }
    sink?.report(
      Diagnostic(
        fault.code, .error, fault.message,
        help: "the page is left out of the sitemap; shorten its handle or mend base_url"))
    return false
  }
}

extension SitemapEntry {
  /// An entry as its file has it.
  struct Written: Sendable {
    let location: String
    let lastModified: Instant?
    /// The `url` element.
    let xml: [UInt8]
  }

  /// The `url` element, in the order that the protocol's schema demands: its own elements first.
  var written: Written {
    var xml = XMLWriter(capacity: 1024, isIndented: false)
    xml.start("url")
    xml.element("loc", location)
    xml.element("lastmod", lastModified?.rfc3339)
    for alternate in alternates {
      xml.start("xhtml:link")
      xml.attribute("rel", "alternate")
      xml.attribute("hreflang", alternate.hreflang)
      xml.attribute("href", alternate.href)
      xml.end()
    }
    for image in images.prefix(1000) {
      xml.start("image:image")
      xml.element("image:loc", image)
      xml.end()
    }
    var text = xml.finish()
    text.append(UInt8(ascii: "\n"))
    return Written(location: location, lastModified: lastModified, xml: text.array)
  }
}

/// The index that names all sitemap files of a site: `sitemap.xml`.
public enum SitemapIndex {
  /// Path below the output root.
  public static let path = "sitemap.xml"

  /// The index of files below `baseURL`, at most 50,000.
  public static func xml(of files: [SitemapFile], baseURL: String) -> ByteBuffer {
    let base = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
    var xml = XMLWriter()
    xml.declaration()
    xml.start("sitemapindex")
    xml.attribute("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9")
    for file in files.prefix(50_000) {
      xml.start("sitemap")
      xml.element("loc", "\(base)/\(file.path)")
      xml.element("lastmod", file.lastModified?.rfc3339)
      xml.end()
    }
    return xml.finish()
  }
}
