public import Bytes

/// Something in a record that its schema does not allow.
public struct SchemaFault: Sendable, Hashable {
  /// What sort of fault.
  public enum Code: String, Sendable, CaseIterable {
    /// A required member is absent.
    case missing
    /// A member that does not exist.
    case unknownMember = "unknown-member"
    /// Another JSON type than described.
    case wrongType = "wrong-type"
    /// Not among the words or numbers allowed.
    case notAllowed = "not-allowed"
    /// Text of the wrong shape.
    case badFormat = "bad-format"
    /// Too short or too long, too few or too many.
    case badLength = "bad-length"
    /// A number beyond its range.
    case outOfRange = "out-of-range"
    /// A fraction where whole minor units or pieces are counted.
    case tooManyDecimals = "too-many-decimals"
    /// The same element twice.
    case notUnique = "not-unique"
    /// None or several of members of which exactly one is needed.
    case notExactlyOne = "not-exactly-one"
    /// A link or reference to a record that does not exist.
    case dangling
    /// The record is linked to and cannot be deleted.
    case stillReferenced = "still-referenced"
    /// A value that may not change.
    case immutable
  }

  /// Where, as an RFC 6901 pointer from the record's top, for example `/attributes/amount`.
  public var pointer: String
  /// What sort.
  public var code: Code
  /// One sentence for a person.
  public var message: String

  /// The pointer to a member of what `parent` points to, with the escapes of RFC 6901.
  public static func pointer(_ parent: String, _ member: String) -> String {
    Place(parent, member).pointer
  }

  /// Makes a fault.
  public init(_ code: Code, at pointer: String, _ message: String) {
    self.pointer = pointer
    self.code = code
    self.message = message
  }
}

/// A mention of another record within a record.
public struct RecordMention: Sendable, Hashable {
  /// Type of the record that is mentioned.
  public var type: ResourceType
  /// Its id.
  public var id: String
  /// Where, as a pointer from the record's top.
  public var pointer: String
  /// What happens when it is deleted; nil for a mention in a list, which just loses it.
  public var policy: LinkPolicy?
}

extension ResourceSchema {
  /// Checks the attributes and links of a record: all faults, at most 50, in document order.
  ///
  /// - Parameters:
  ///   - isReading: true for what a server sent: members that are not described are then
  ///     overlooked, because a newer server may have more.
  ///   - mentions: gets every record that is linked to or referred to; whether they exist is the
  ///     caller's business.
  public func check(
    attributes: TapeValue, links: TapeValue?, isReading: Bool = false,
    mentions: inout [RecordMention]
  ) -> [SchemaFault] {
    var checker = SchemaChecker(isReading: isReading, tape: attributes.tape)
    checker.members(of: attributes, self.attributes, at: "/attributes")
    checker.links(links, of: self)
    checker.exactlyOne(of: self, attributes: attributes, links: links)
    mentions.append(contentsOf: checker.mentions)
    return checker.faults
  }

  /// Checks the attributes and links of a record.
  public func check(
    attributes: TapeValue, links: TapeValue?, isReading: Bool = false
  ) -> [SchemaFault] {
    var mentions: [RecordMention] = []
    return check(attributes: attributes, links: links, isReading: isReading, mentions: &mentions)
  }
}

/// One walk over a record.
struct SchemaChecker {
  let isReading: Bool
  /// Keys of `Symbols.shared` are compared as numbers; any other table by name.
  let isShared: Bool
  var faults: [SchemaFault] = []
  var mentions: [RecordMention] = []

  init(isReading: Bool, tape: Tape) {
    self.isReading = isReading
    isShared = tape.symbols === Symbols.shared
  }

  mutating func fault(_ code: SchemaFault.Code, _ pointer: String, _ message: String) {
    if faults.count < 50 { faults.append(SchemaFault(code, at: pointer, message)) }
  }

  func member(_ name: String, _ key: SymbolID, of value: TapeValue) -> TapeValue? {
    isShared ? value[key] : value[name]
  }

  mutating func members(of value: TapeValue, _ described: [Attribute], at pointer: String) {
    guard value.kind == .object else {
      return fault(.wrongType, pointer, "an object is needed here")
    }
    var known = 0
    for attribute in described {
      guard let found = member(attribute.name, attribute.key, of: value) else {
        if attribute.isRequired {
          fault(.missing, "\(pointer)/\(attribute.name)", "\(attribute.name) is required")
        }
        continue
      }
      known += 1
      check(found, attribute.kind, Place(pointer, attribute.name))
    }
    if known < value.count, !isReading {
      unknown(in: value, known: described.map(\.name), at: pointer)
    }
  }

  private mutating func unknown(in value: TapeValue, known: [String], at pointer: String) {
    for (name, _) in value.members where !known.contains(name) {
      fault(
        .unknownMember, "\(pointer)/\(Place.escape(name))",
        "there is no member of this name; there are \(known.joined(separator: ", "))")
    }
  }

  mutating func links(_ value: TapeValue?, of schema: ResourceSchema) {
    guard let value else {
      for link in schema.links where link.isRequired {
        fault(.missing, "/links/\(link.name)", "the link \(link.name) is required")
      }
      return
    }
    guard value.kind == .object else {
      return fault(.wrongType, "/links", "an object is needed here")
    }
    var known = 0
    for link in schema.links {
      guard let found = member(link.name, link.key, of: value) else {
        if link.isRequired {
          fault(.missing, "/links/\(link.name)", "the link \(link.name) is required")
        }
        continue
      }
      known += 1
      self.link(found, link)
    }
    if known < value.count, !isReading {
      unknown(in: value, known: schema.links.map(\.name), at: "/links")
    }
  }

  private mutating func link(_ value: TapeValue, _ link: Link) {
    let pointer = "/links/\(link.name)"
    guard link.isTyped else {
      if let id = identifier(value, pointer) {
        mentions.append(
          RecordMention(
            type: link.targets[0], id: id, pointer: pointer, policy: link.policy))
      }
      return
    }
    guard value.kind == .object else {
      return fault(.wrongType, pointer, "an object {type, id} is needed here")
    }
    let allowed = link.targets.map(\.name)
    for (name, _) in value.members where name != "type" && name != "id" && !isReading {
      fault(
        .unknownMember, "\(pointer)/\(Place.escape(name))", "a link has only type and id")
    }
    guard let name = value["type"] else {
      return fault(.missing, "\(pointer)/type", "type is required")
    }
    guard let text = name.string, allowed.contains(text), let type = ResourceType(rawValue: text)
    else {
      return fault(
        .notAllowed, "\(pointer)/type", "one of \(allowed.joined(separator: ", ")) is needed")
    }
    guard let target = value["id"] else {
      return fault(.missing, "\(pointer)/id", "id is required")
    }
    if let id = identifier(target, "\(pointer)/id") {
      mentions.append(
        RecordMention(type: type, id: id, pointer: pointer, policy: link.policy))
    }
  }

  mutating func identifier(_ value: TapeValue, _ pointer: @autoclosure () -> String) -> String? {
    guard value.kind == .string, let bytes = value.bytes else {
      fault(.wrongType, pointer(), "an id is text")
      return nil
    }
    guard RecordID.isValid(bytes) else {
      fault(
        .badFormat, pointer(), "an id has 1 to 255 characters and no control characters")
      return nil
    }
    return value.string
  }

  mutating func exactlyOne(of schema: ResourceSchema, attributes: TapeValue, links: TapeValue?) {
    guard !schema.exactlyOne.isEmpty else { return }
    let inLinks = schema.links.contains { schema.exactlyOne.contains($0.name) }
    let present = schema.exactlyOne.count { name in
      inLinks ? links?[name] != nil : attributes[name] != nil
    }
    if present != 1 {
      fault(
        .notExactlyOne, inLinks ? "/links" : "/attributes",
        "exactly one of \(schema.exactlyOne.joined(separator: ", ")) is needed")
    }
  }
}

/// A place in a record, made into a pointer only where something is wrong.
struct Place {
  let parent: String
  let name: String

  init(_ parent: String, _ name: String) {
    self.parent = parent
    self.name = name
  }

  var pointer: String { "\(parent)/\(Self.escape(name))" }

  /// RFC 6901: `~` is `~0` and `/` is `~1`.
  static func escape(_ name: String) -> String {
    guard name.utf8.contains(where: { $0 == 0x7E || $0 == 0x2F }) else { return name }
    var text = ""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "~": text += "~0"
      case "/": text += "~1"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

/// The rule for ids.
public enum RecordID {
  /// Whether UTF-8 can be an id: 1 to 255 characters, no control characters.
  public static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard !bytes.isEmpty, !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return false }
    return bytes.count <= 255 || bytes.count { $0 & 0xC0 != 0x80 } <= 255
  }

  /// Whether text can be an id.
  public static func isValid(_ text: String) -> Bool {
    var copy = text
    return copy.withUTF8 { isValid(UnsafeRawBufferPointer($0)) }
  }
}
