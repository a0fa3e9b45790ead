import Bytes
import Contract

/// One change of one element of a list of a record.
struct ListAction {
  /// Which list.
  enum List: Equatable {
    case tags
    case products
    case values(ofOption: String)
  }

  /// Behind which element; nil is the front.
  struct Place: Equatable {
    let predecessor: String?
  }

  enum Change {
    /// At a place, or at the end.
    case add(Place?)
    case remove
    /// From the place that was seen, if that is said, to another.
    case move(from: Place?, to: Place)
  }

  let list: List
  let element: String
  let change: Change
  /// Where the action stands in the request.
  let pointer: String
  /// The member that names the element.
  let member: String

  /// The actions that a type knows.
  static func names(_ type: ResourceType) -> [String] {
    switch type {
    case .product:
      ["tag.add", "tag.remove", "option_value.add", "option_value.remove", "option_value.move"]
    case .collection: ["product.add", "product.remove", "product.move"]
    default: []
    }
  }

  /// The members of an action beside its name, and whether they must be there.
  static func members(_ name: String) -> [(name: String, isRequired: Bool)] {
    let parts = name.split(separator: ".")
    var members: [(name: String, isRequired: Bool)] =
      switch parts.first {
      case "product": [("product", true)]
      case "option_value": [("option", true), ("value", true)]
      default: [("value", true)]
      }
    if parts.first != "tag" {
      if parts.last == "add" { members.append(("after", false)) }
      if parts.last == "move" { members += [("after", true), ("from", false)] }
    }
    return members
  }

  /// Reads an action; nil where faults were found.
  init?(
    _ value: TapeValue, of type: ResourceType, at pointer: String, _ faults: inout [Problem.Fault]
  ) {
    func fault(_ name: String, _ code: SchemaFault.Code, _ message: String) {
      faults.append(
        .init(
          pointer: name.isEmpty ? pointer : "\(pointer)/\(name)", code: code.rawValue,
          message: message))
    }
    guard value.kind == .object else {
      fault("", .wrongType, "an object is needed here")
      return nil
    }
    let known = Self.names(type)
    guard let name = value["action"]?.string, known.contains(name) else {
      fault("action", .notAllowed, "one of \(known.joined(separator: ", ")) is needed")
      return nil
    }
    let before = faults.count
    let members = Self.members(name)
    faults += Problem.unknownMembers(
      of: value, known: ["action"] + members.map(\.name), at: pointer)
    func text(_ name: String) -> String {
      guard let text = value[name]?.string, (1...512).contains(text.unicodeScalars.count) else {
        fault(name, value[name] == nil ? .missing : .badFormat, "text is needed here")
        return ""
      }
      return text
    }
    func place(_ name: String, isRequired: Bool) -> Place? {
      guard let member = value[name] else {
        if isRequired { fault(name, .missing, "\(name) is required; null is the front") }
        return nil
      }
      return Place(predecessor: member.isNull ? nil : text(name))
    }
    switch name.split(separator: ".").first {
    case "product":
      list = .products
      member = "product"
    case "option_value":
      list = .values(ofOption: text("option"))
      member = "value"
    default:
      list = .tags
      member = "value"
    }
    element = text(member)
    switch name.split(separator: ".").last {
    case "add": change = .add(list == .tags ? nil : place("after", isRequired: false))
    case "move":
      let from = place("from", isRequired: false)
      let to = place("after", isRequired: true)
      change = .move(from: from, to: to ?? Place(predecessor: nil))
      if to?.predecessor == element {
        fault("after", .notAllowed, "an element cannot stand behind itself")
      }
    default: change = .remove
    }
    self.pointer = pointer
    guard faults.count == before else { return nil }
  }

  /// Whether it says all that it depends on. To add and to remove one named element is right
  /// whatever else became of the list; to move it depends on where it was.
  var isGuarded: Bool {
    if case .move(nil, _) = change { return false }
    return true
  }

  /// Why an action cannot be done on a list as it is.
  struct Mismatch: Error {
    /// The member that names what is not so.
    let member: String
    let message: String
  }

  /// Changes a list; nothing where it is so already.
  func apply(to elements: inout [String]) throws(Mismatch) {
    switch change {
    case .remove: elements.removeAll { $0 == element }
    case .add(let place):
      if elements.contains(element) { return }
      try insert(at: place, &elements)
    case .move(let from, let to):
      guard let index = elements.firstIndex(of: element) else {
        throw Mismatch(member: member, message: "\(element) is not in the list")
      }
      let predecessor = index == 0 ? nil : elements[index - 1]
      if predecessor == to.predecessor { return }
      if let from, from.predecessor != predecessor {
        throw Mismatch(
          member: "from", message: "it stands \(predecessor.map { "behind \($0)" } ?? "in front")")
      }
      elements.remove(at: index)
      try insert(at: to, &elements)
    }
  }

  private func insert(at place: Place?, _ elements: inout [String]) throws(Mismatch) {
    guard let place else { return elements.append(element) }
    guard let predecessor = place.predecessor else { return elements.insert(element, at: 0) }
    guard let index = elements.firstIndex(of: predecessor) else {
      throw Mismatch(member: "after", message: "\(predecessor) is not in the list")
    }
    elements.insert(element, at: index + 1)
  }
}
