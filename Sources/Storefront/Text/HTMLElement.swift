import Bytes
import Liquid

/// An element that a filter writes: a name and attributes, of which the last of a name counts.
struct HTMLElement {
  let name: String
  private var attributes: [(name: String, value: String?)] = []

  /// Starts an element without attributes.
  init(_ name: String) { self.name = name }

  /// The value of an attribute, if it has one.
  subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }

  /// Sets an attribute; without a value it stands alone, as `controls`.
  mutating func set(_ name: String, _ value: String?) {
    if let index = attributes.firstIndex(where: { $0.name == name }) {
      attributes[index].value = value
    } else {
      attributes.append((name, value))
    }
  }

  /// Takes an attribute away.
  mutating func remove(_ name: String) { attributes.removeAll { $0.name == name } }

  /// Sets an attribute for each named argument of a filter. `true` makes one without a value; nil
  /// and `false` take it away.
  mutating func set(
    _ arguments: Arguments, without others: [SymbolID] = [], _ context: inout RenderContext
  ) {
    for index in 0..<arguments.namedCount {
      let key = arguments.name(at: index)
      guard !others.contains(key) else { continue }
      let name = Symbols.shared.name(key)
      let value = arguments.namedValue(at: index)
      if value.isNull || value.boolean == false {
        remove(name)
      } else {
        set(name, value.boolean == true ? nil : context.string(of: value))
      }
    }
  }

  /// Appends the start tag.
  func append(to buffer: inout ByteBuffer) {
    buffer.append("<")
    buffer.append(name)
    for (name, value) in attributes {
      buffer.append(" ")
      buffer.append(name)
      guard let value else { continue }
      buffer.append("=\"")
      buffer.append(escapingMarkup: value)
      buffer.append("\"")
    }
    buffer.append(">")
  }

  /// Appends the element with text in it.
  func append(text: String, to buffer: inout ByteBuffer) {
    append(to: &buffer)
    buffer.append(escapingMarkup: text)
    buffer.append("</")
    buffer.append(name)
    buffer.append(">")
  }
}
