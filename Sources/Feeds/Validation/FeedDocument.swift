import Bytes
import Formats

/// An attribute as a file has it.
struct RawAttribute {
  /// Name without prefix.
  let name: String
  /// Text without white space at the ends; "" where it has attributes within.
  var value: String
  /// Attributes within.
  var children: [RawAttribute]
  /// Where its value begins.
  let position: XMLPosition

  func first(_ name: String) -> RawAttribute? { children.first { $0.name == name } }
}

/// An item as a file has it.
struct RawItem {
  var attributes: [RawAttribute] = []
  var position: XMLPosition
  /// Number of the item in the file, from 1.
  var number: Int

  func first(_ name: String) -> RawAttribute? { attributes.first { $0.name == name } }
  func all(_ name: String) -> [RawAttribute] { attributes.filter { $0.name == name } }
  func value(_ name: String) -> String? {
    first(name).flatMap { $0.value.isEmpty ? nil : $0.value }
  }
}

/// Something about the document that is wrong as such.
struct DocumentFault {
  let code: String
  let isError: Bool
  let message: String
  let help: String?
  let position: XMLPosition
}

/// Cuts a feed, RSS 2.0 or Atom, into items while it is read.
final class FeedDocument {
  static let namespace = "http://base.google.com/ns/1.0"
  private static let atom = "http://www.w3.org/2005/Atom"
  /// Text of one attribute beyond which it is not kept.
  private static let textLimit = 1 << 20

  private let onItem: (RawItem) -> Void
  private let onFault: (DocumentFault) -> Void
  private var path: [XMLName] = []
  private var item: RawItem?
  private var open: [RawAttribute] = []
  private var text = ByteBuffer(capacity: 4096)
  private var isTextTooLong = false
  private var reportedNamespaces: Set<String> = []
  private(set) var itemCount = 0

  init(onItem: @escaping (RawItem) -> Void, onFault: @escaping (DocumentFault) -> Void) {
    self.onItem = onItem
    self.onFault = onFault
  }

  func handle(_ event: XMLEvent, _ position: XMLPosition) {
    switch event {
    case .start(let name, let attributes): start(name, attributes, position)
    case .text(let bytes): add(bytes)
    case .end(let name): end(name, position)
    }
  }

  private func start(_ name: XMLName, _ attributes: [XMLAttribute], _ position: XMLPosition) {
    defer { path.append(name) }
    if path.isEmpty { checkRoot(name, position) }
    guard item != nil else {
      if name.local == "item" || (name.local == "entry" && name.namespace == Self.atom) {
        itemCount += 1
        item = RawItem(position: position, number: itemCount)
      }
      return
    }
    checkNamespace(name, position)
    text.removeAll()
    isTextTooLong = false
    var attribute = RawAttribute(
      name: Self.plainName(name), value: "", children: [], position: position)
    if name.namespace == Self.atom, name.local == "link" {
      attribute.value = attributes.first { $0.name.local == "href" }?.value ?? ""
    }
    open.append(attribute)
  }

  private func end(_ name: XMLName, _ position: XMLPosition) {
    path.removeLast()
    if var attribute = open.popLast() {
      if attribute.children.isEmpty, attribute.value.isEmpty {
        attribute.value = String(text.string.trimmed)
      }
      text.removeAll()
      if isTextTooLong {
        fault(
          "length:\(attribute.name)", "the text is longer than 1 MiB and was skipped", position)
      }
      if open.isEmpty {
        item?.attributes.append(attribute)
      } else {
        open[open.count - 1].children.append(attribute)
      }
    } else if let done = item {
      item = nil
      onItem(done)
    }
  }

  private func add(_ bytes: UnsafeRawBufferPointer) {
    guard !open.isEmpty, !isTextTooLong else { return }
    if text.count + bytes.count > Self.textLimit {
      isTextTooLong = true
      text.removeAll()
    } else {
      text.append(bytes)
    }
  }

  private func checkRoot(_ name: XMLName, _ position: XMLPosition) {
    let isFeed = name.local == "rss" || (name.local == "feed" && name.namespace == Self.atom)
    if !isFeed {
      fault(
        "feed-root", "the document is <\(name.qualified)>, neither <rss> nor an Atom <feed>",
        position)
    }
  }

  /// A prefix bound to a URI that only looks like Google's makes every attribute unknown.
  private func checkNamespace(_ name: XMLName, _ position: XMLPosition) {
    guard name.prefix == "g", name.namespace != Self.namespace,
      reportedNamespaces.insert(name.namespace).inserted
    else { return }
    fault(
      "feed-namespace", "the prefix g stands for \"\(name.namespace)\"", position,
      help: "declare xmlns:g=\"\(Self.namespace)\" exactly so")
  }

  private func fault(
    _ code: String, _ message: String, _ position: XMLPosition, help: String? = nil
  ) {
    onFault(
      DocumentFault(code: code, isError: true, message: message, help: help, position: position))
  }

  /// In Atom the summary is the description; all else keeps its name.
  private static func plainName(_ name: XMLName) -> String {
    name.namespace == atom && name.local == "summary" ? "description" : name.local
  }
}
