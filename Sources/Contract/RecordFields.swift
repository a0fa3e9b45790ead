public import Bytes
import Formats

/// A record taken apart into the fields that are edited, merged and sent one by one, and put
/// together again.
///
/// A field is named by the attribute (`title`), by attribute and member for the attributes that hold
/// independent members (`seo.title`, `metafields.care`, a variant's `options.Size`), by `links.` and
/// the link's name (`links.price_list`), or `external_ref`. Attributes that make sense only whole
/// (a description with its format, a market's rounding, a collection's rule) are one field.
public enum RecordFields {
  /// Whether the members of an attribute are fields of their own.
  public static func isSplit(_ kind: AttributeKind) -> Bool {
    switch kind {
    case .object(let members): members.allSatisfy { !$0.isRequired }
    case .map: true
    case .nullable(let inner): isSplit(inner)
    default: false
    }
  }

  /// Whether a type can have a field of this name.
  public static func exists(_ field: String, in type: ResourceType) -> Bool {
    kind(of: field, in: type) != nil
      || field == "external_ref"
      || ResourceSchema.of(type).links.contains { "links.\($0.name)" == field }
  }

  /// What a value of a field may be; nil for links and names that do not exist.
  public static func kind(of field: String, in type: ResourceType) -> AttributeKind? {
    let (name, member) = split(field)
    guard let attribute = ResourceSchema.of(type).attributes.first(where: { $0.name == name })
    else { return nil }
    var kind = attribute.kind
    if case .nullable(let inner) = kind { kind = inner }
    guard let member else { return isSplit(kind) ? nil : attribute.kind }
    switch kind {
    case .object(let members) where isSplit(kind):
      return members.first { $0.name == member }?.kind
    case .map(_, let value, _): return value
    default: return nil
    }
  }

  /// All fields that a body sets, in byte order of their names. Null members are absent.
  public static func fields(
    of type: ResourceType, attributes: TapeValue, links: TapeValue?
  ) -> [String: FieldValue] {
    var found: [String: FieldValue] = [:]
    let schema = ResourceSchema.of(type)
    for (name, value) in attributes.members where !value.isNull {
      let kind = schema.attributes.first { $0.name == name }?.kind
      if let kind, isSplit(kind), value.kind == .object {
        for (member, inner) in value.members where !inner.isNull {
          found["\(name).\(member)"] = FieldValue(inner)
        }
      } else {
        found[name] = FieldValue(value)
      }
    }
    for (name, value) in links?.members ?? [] where !value.isNull {
      found["links.\(name)"] = FieldValue(value)
    }
    return found
  }

  /// The value of one field of a body; `.null` where it is absent.
  public static func value(
    _ field: String, attributes: TapeValue, links: TapeValue?
  ) -> FieldValue {
    let (name, member) = split(field)
    if name == "links", let member { return links?[member].map(FieldValue.init) ?? .null }
    guard let value = attributes[name] else { return .null }
    guard let member else { return FieldValue(value) }
    return value.kind == .object ? value[member].map(FieldValue.init) ?? .null : .null
  }

  /// The JSON Merge Patch (RFC 7396) of `attributes`, `links` and `external_ref` that brings these
  /// changes about; a null clears.
  ///
  /// - Parameter current: the values that the fields have now: a merge patch can replace an object
  ///   only by naming the members that go.
  public static func patch(
    _ changes: [String: FieldValue], over current: [String: FieldValue] = [:]
  ) -> FieldValue {
    var attributes: [String: FieldValue] = [:]
    var nested: [String: [FieldValue.Member]] = [:]
    var links: [FieldValue.Member] = []
    var top: [FieldValue.Member] = []
    for (field, value) in changes {
      let value = replacing(current[field] ?? .null, by: value)
      let (name, member) = split(field)
      switch (name, member) {
      case ("external_ref", nil): top.append(.init(name, value))
      case ("links", let member?): links.append(.init(member, value))
      case (_, let member?): nested[name, default: []].append(.init(member, value))
      default: attributes[name] = value
      }
    }
    for (name, members) in nested { attributes[name] = .object(of: members) }
    if !attributes.isEmpty {
      let members = attributes.map { FieldValue.Member($0.key, $0.value) }
      top.append(.init("attributes", .object(of: members)))
    }
    if !links.isEmpty { top.append(.init("links", .object(of: links))) }
    return .object(of: top)
  }

  private static func replacing(_ old: FieldValue, by new: FieldValue) -> FieldValue {
    guard let before = old.members, let after = new.members else { return new }
    var members = after.map { member in
      FieldValue.Member(member.name, replacing(old[member.name] ?? .null, by: member.value))
    }
    for member in before where new[member.name] == nil {
      members.append(.init(member.name, .null))
    }
    return .object(of: members)
  }

  /// Splits a field's name into the attribute and the member.
  public static func split(_ field: String) -> (name: String, member: String?) {
    guard let dot = field.firstIndex(of: ".") else { return (field, nil) }
    return (String(field[..<dot]), String(field[field.index(after: dot)...]))
  }
}

/// The envelope of a record with changed fields.
public enum RecordOverlay {
  private struct Changes {
    var whole: [String: FieldValue] = [:]
    var members: [String: [String: FieldValue]] = [:]

    init(_ changes: [String: FieldValue]) {
      for (field, value) in changes {
        let (name, member) = RecordFields.split(field)
        if let member {
          members[name, default: [:]][member] = value
        } else {
          whole[name] = value
        }
      }
    }
  }

  /// The JSON of an envelope (`{"type","id",…,"attributes","links"}`) after changes of fields; what
  /// is not changed stays as it was, in its order, new members come last in order of name. A null
  /// takes the field away.
  public static func apply(_ changes: [String: FieldValue], to envelope: TapeValue) -> [UInt8] {
    var changes = Changes(changes)
    let links = changes.members.removeValue(forKey: "links") ?? [:]
    let reference = changes.whole.removeValue(forKey: "external_ref")
    var json = JSONWriter(capacity: 1024)
    json.beginObject()
    for (name, value) in envelope.members {
      if name == "external_ref", reference != nil { continue }
      json.key(name)
      switch name {
      case "attributes": write(changes, over: value, into: &json)
      case "links": write(links, over: value, into: &json)
      default: json.value(value)
      }
    }
    if let reference, !reference.isNull {
      json.key("external_ref")
      reference.write(into: &json)
    }
    if envelope["attributes"] == nil {
      json.key("attributes")
      write(changes, over: Tape.null.value, into: &json)
    }
    if envelope["links"] == nil, !links.isEmpty {
      json.key("links")
      write(links, over: Tape.null.value, into: &json)
    }
    json.end()
    return json.finish().withBytes { Array($0) }
  }

  private static func write(
    _ changes: Changes, over attributes: TapeValue, into json: inout JSONWriter
  ) {
    json.beginObject()
    let known = attributes.kind == .object ? attributes.members : []
    for (name, value) in known {
      if let whole = changes.whole[name] {
        if whole.isNull { continue }
        json.key(name)
        whole.write(into: &json)
      } else if let members = changes.members[name] {
        json.key(name)
        write(members, over: value, into: &json)
      } else {
        json.key(name)
        json.value(value)
      }
    }
    let names = Set(known.map(\.name))
    let added = Set(changes.whole.keys).union(changes.members.keys).subtracting(names)
    for name in added.sorted() {
      if let whole = changes.whole[name] {
        if whole.isNull { continue }
        json.key(name)
        whole.write(into: &json)
      } else if let members = changes.members[name], members.contains(where: { !$1.isNull }) {
        json.key(name)
        write(members, over: Tape.null.value, into: &json)
      }
    }
    json.end()
  }

  private static func write(
    _ changes: [String: FieldValue], over object: TapeValue, into json: inout JSONWriter
  ) {
    json.beginObject()
    let known = object.kind == .object ? object.members : []
    for (name, value) in known {
      if changes[name]?.isNull == true { continue }
      json.key(name)
      if let change = changes[name] { change.write(into: &json) } else { json.value(value) }
    }
    let added = Set(changes.keys).subtracting(known.map(\.name))
    for name in added.sorted() {
      guard let change = changes[name], !change.isNull else { continue }
      json.key(name)
      change.write(into: &json)
    }
    json.end()
  }
}
