import CLibXML

/// A name with the namespace that it is in.
public struct XMLName: Hashable, Sendable {
  /// The name without prefix.
  public let local: String
  /// The prefix as written, or "".
  public let prefix: String
  /// The URI of the namespace, or "".
  public let namespace: String

  /// Makes a name.
  public init(local: String, prefix: String = "", namespace: String = "") {
    self.local = local
    self.prefix = prefix
    self.namespace = namespace
  }

  /// The name as written: `g:price`.
  public var qualified: String { prefix.isEmpty ? local : "\(prefix):\(local)" }
}

/// One attribute of a start tag.
public struct XMLAttribute: Sendable {
  /// Its name.
  public let name: XMLName
  /// Its value, references resolved.
  public let value: String
}

/// A place in a document that is read.
public struct XMLPosition: Hashable, Sendable {
  /// Line, from 1.
  public let line: Int
  /// Column, from 1.
  public let column: Int

  /// Names a place.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// What a reader meets.
public enum XMLEvent {
  /// A start tag; the position is just behind it.
  case start(XMLName, [XMLAttribute])
  /// A piece of text or CDATA; one text may come in several pieces. Valid only during the call.
  case text(UnsafeRawBufferPointer)
  /// An end tag.
  case end(XMLName)
}

/// Reads XML through libxml2's push parser, in bounded memory: pieces in, events out.
///
/// No document type declaration, hence no entities but the five of XML; no network; elements at
/// most 100 deep. Made and used on one thread.
public enum XMLReader {
  /// How deep elements may be nested.
  public static let depthLimit = 100

  /// Reads a whole document that is in memory.
  /// - Throws: a `FormatError` where it is not well-formed, or what `body` throws.
  public static func read(
    _ bytes: UnsafeRawBufferPointer, _ body: @escaping (XMLEvent, XMLPosition) throws -> Void
  ) throws {
    let parser = XMLPushParser(body)
    try parser.feed(bytes)
    try parser.finish()
  }

  /// Reads a whole document that is in memory.
  public static func read(
    _ text: String, _ body: @escaping (XMLEvent, XMLPosition) throws -> Void
  ) throws {
    let bytes = Array(text.utf8)
    try bytes.withUnsafeBytes { try read($0, body) }
  }
}

/// One document on its way through libxml2. Made and used on one thread.
public final class XMLPushParser {
  private var parser: xmlParserCtxtPtr?
  private let body: (XMLEvent, XMLPosition) throws -> Void
  private var failure: (any Error)?
  private var depth = 0
  private var fed = 0
  private var names: [NameKey: XMLName] = [:]

  /// libxml2 keeps one copy of each name, so its address stands for it.
  private struct NameKey: Hashable {
    let local: UnsafePointer<xmlChar>?
    let prefix: UnsafePointer<xmlChar>?
    let namespace: UnsafePointer<xmlChar>?
  }

  /// Makes a parser that calls `body` for each event.
  public init(_ body: @escaping (XMLEvent, XMLPosition) throws -> Void) {
    self.body = body
    var handler = xmlSAXHandler()
    handler.initialized = UInt32(XML_SAX2_MAGIC)
    handler.startElementNs = XMLCallbacks.start
    handler.endElementNs = XMLCallbacks.end
    handler.characters = XMLCallbacks.text
    handler.cdataBlock = XMLCallbacks.text
    handler.internalSubset = XMLCallbacks.documentType
    let context = Unmanaged.passUnretained(self).toOpaque()
    parser = xmlCreatePushParserCtxt(&handler, context, nil, 0, nil)
    precondition(parser != nil, "libxml2 has memory")
    // NOENT makes `&amp;` in an attribute arrive as `&`. It is safe here: without a document type
    // there are no entities but the five of XML.
    xmlCtxtUseOptions(parser, Int32(XML_PARSE_NONET.rawValue | XML_PARSE_NOENT.rawValue))
  }

  deinit { xmlFreeParserCtxt(parser) }

  /// Takes the next piece of the document.
  public func feed(_ bytes: UnsafeRawBufferPointer) throws {
    var position = 0
    while position < bytes.count {
      // libxml2 counts in Int32; smaller pieces also keep its own buffer small.
      let size = min(bytes.count - position, 1 << 18)
      let start = bytes.baseAddress.map { ($0 + position).assumingMemoryBound(to: CChar.self) }
      let outcome = xmlParseChunk(parser, start, Int32(size), 0)
      try check(outcome)
      position += size
      fed += size
    }
  }

  /// Ends the document.
  public func finish() throws {
    try check(xmlParseChunk(parser, nil, 0, 1))
  }

  private func check(_ outcome: Int32) throws {
    if let failure { throw failure }
    guard outcome != 0, let error = xmlCtxtGetLastError(parser) else { return }
    // A missing namespace prefix and the like are errors but leave the document readable.
    guard error.pointee.level == XML_ERR_FATAL else { return }
    let message = error.pointee.message.map { String(cString: $0) } ?? "not well-formed"
    throw FormatError(
      format: "xml", message: message.split(separator: "\n").joined(separator: " "), offset: fed,
      line: Int(error.pointee.line), column: Int(error.pointee.int2))
  }

  // MARK: events, called by `XMLCallbacks`

  fileprivate func start(
    _ name: XMLName, _ count: Int,
    _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
  ) {
    depth += 1
    if depth > XMLReader.depthLimit {
      return stop("elements are nested more than \(XMLReader.depthLimit) deep")
    }
    var list: [XMLAttribute] = []
    if let attributes, count > 0 {
      list.reserveCapacity(count)
      for index in 0..<count {
        let part = attributes + index * 5
        guard let begin = part[3], let end = part[4] else { continue }
        let value = String(
          decoding: UnsafeBufferPointer(start: begin, count: end - begin), as: UTF8.self)
        list.append(XMLAttribute(name: self.name(part[0], part[1], part[2]), value: value))
      }
    }
    emit(.start(name, list))
  }

  fileprivate func end(_ name: XMLName) {
    depth -= 1
    emit(.end(name))
  }

  fileprivate func text(_ bytes: UnsafeRawBufferPointer) { emit(.text(bytes)) }

  fileprivate func stop(_ message: String) {
    guard failure == nil else { return }
    let place = position
    failure = FormatError(
      format: "xml", message: message, offset: fed, line: place.line, column: place.column)
    xmlStopParser(parser)
  }

  fileprivate func name(
    _ local: UnsafePointer<xmlChar>?, _ prefix: UnsafePointer<xmlChar>?,
    _ namespace: UnsafePointer<xmlChar>?
  ) -> XMLName {
    let key = NameKey(local: local, prefix: prefix, namespace: namespace)
    if let known = names[key] { return known }
    func text(_ pointer: UnsafePointer<xmlChar>?) -> String {
      pointer.map { String(cString: $0) } ?? ""
    }
    let made = XMLName(local: text(local), prefix: text(prefix), namespace: text(namespace))
    names[key] = made
    return made
  }

  private var position: XMLPosition {
    XMLPosition(
      line: Int(xmlSAX2GetLineNumber(parser)), column: Int(xmlSAX2GetColumnNumber(parser)))
  }

  private func emit(_ event: XMLEvent) {
    guard failure == nil else { return }
    do {
      try body(event, position)
    } catch {
      failure = error
      xmlStopParser(parser)
    }
  }
}

/// The functions that libxml2 calls; the context is the `XMLPushParser`, which outlives the call.
private enum XMLCallbacks {
  static let start: startElementNsSAX2Func = {
    context, local, prefix, namespace, _, _, count, _, attributes in
    guard let reader = reader(context) else { return }
    reader.start(reader.name(local, prefix, namespace), Int(count), attributes)
  }

  static let end: endElementNsSAX2Func = { context, local, prefix, namespace in
    guard let reader = reader(context) else { return }
    reader.end(reader.name(local, prefix, namespace))
  }

  static let text: charactersSAXFunc = { context, bytes, count in
    reader(context)?.text(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
  }

  static let documentType: internalSubsetSAXFunc = { context, _, _, _ in
    reader(context)?.stop("a document type declaration is not allowed")
  }

  private static func reader(_ context: UnsafeMutableRawPointer?) -> XMLPushParser? {
    context.map { Unmanaged<XMLPushParser>.fromOpaque($0).takeUnretainedValue() }
  }
}
