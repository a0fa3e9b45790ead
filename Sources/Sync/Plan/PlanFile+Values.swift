import Contract
import Merge

/// The parts of a plan as JSON values, and back.
extension PlanFile {
  private static func record(_ key: RecordKey, _ name: String) -> [FieldValue.Member] {
    [
      .init("type", .text(key.type.rawValue)), .init("id", .text(key.id)),
      .init("name", .text(name)),
    ]
  }

  private static func key(_ value: FieldValue) -> RecordKey? {
    guard let type = value["type"]?.text.flatMap(ResourceType.init(rawValue:)),
      let id = value["id"]?.text
    else { return nil }
    return RecordKey(type, id)
  }

  // MARK: Writing

  static func value(_ operation: PlannedOperation) -> FieldValue {
    var members = record(operation.key, operation.name)
    members += [
      .init("n", .integer(Int64(operation.number))),
      .init("op", .text(operation.operation.rawValue)),
      .init("version", .integer(operation.version)),
      .init("protected", .boolean(operation.isProtected)),
      .init("fields", .list(operation.fields.map(value))),
      .init("depends_on", .list(operation.dependsOn.map { .integer(Int64($0)) })),
    ]
    if !operation.remarks.isEmpty {
      members.append(.init("remarks", .list(operation.remarks.map { .text($0.rawValue) })))
    }
    if let step = operation.step { members.append(.init("step", .text(step.rawValue))) }
    return .object(of: members)
  }

  static func value(_ field: PlannedField) -> FieldValue {
    var members: [FieldValue.Member] = [
      .init("field", .text(field.name)), .init("before", field.before), .init("mine", field.mine),
      .init("shop", field.shop), .init("send", field.value), .init("rule", .text(field.rule)),
    ]
    if let movement = field.movement { members.append(.init("movement", .integer(movement))) }
    if field.isInterim { members.append(.init("interim", .boolean(true))) }
    if !field.notes.isEmpty {
      members.append(
        .init(
          "notes",
          .list(
            field.notes.map {
              .object(of: [
                .init("kind", .text($0.kind.rawValue)), .init("passage", .text($0.passage)),
              ])
            })))
    }
    return .object(of: members)
  }

  static func value(_ blocked: BlockedOperation) -> FieldValue {
    var members = record(blocked.key, blocked.name)
    members += [
      .init("op", .text(blocked.operation.rawValue)),
      .init("waits_for_type", .text(blocked.waitsFor.type.rawValue)),
      .init("waits_for_id", .text(blocked.waitsFor.id)),
    ]
    return .object(of: members)
  }

  static func value(_ question: Question) -> FieldValue {
    var members = record(question.key, question.detail.name)
    members.append(.init("kind", .text(question.kind.rawValue)))
    func add(_ name: String, _ value: FieldValue?) {
      if let value { members.append(.init(name, value)) }
    }
    add("field", question.field.map { .text($0) })
    add("before", question.before)
    add("mine", question.mine)
    add("shop", question.shop)
    add("words", question.detail.words.map { .text($0) })
    return .object(of: members)
  }

  static func value(_ unsettled: UnsettledOperation) -> FieldValue {
    .object(of: record(unsettled.key, unsettled.name) + [.init("op", .text(unsettled.operation))])
  }

  // MARK: Reading

  static func plan(_ document: FieldValue) -> Plan? {
    func list<Element>(_ name: String, _ read: (FieldValue) -> Element?) -> [Element]? {
      guard let values = document[name]?.list else { return nil }
      let elements = values.compactMap(read)
      return elements.count == values.count ? elements : nil
    }
    guard let shop = document["shop"]?.text, let operations = list("operations", operation),
      let blocked = list("blocked", blocked), let questions = list("questions", question),
      let unsettled = list("unsettled", unsettled)
    else { return nil }
    return Plan(
      shop: shop, operations: operations, blocked: blocked, questions: questions,
      unsettled: unsettled)
  }

  private static func operation(_ value: FieldValue) -> PlannedOperation? {
    guard let key = key(value), let number = value["n"]?.integer,
      let operation = value["op"]?.text.flatMap(Mutation.Operation.init(rawValue:)),
      let version = value["version"]?.integer, let fields = value["fields"]?.list,
      let dependsOn = value["depends_on"]?.list
    else { return nil }
    return PlannedOperation(
      number: Int(number), operation: operation, key: key, name: value["name"]?.text ?? "",
      step: value["step"]?.text.flatMap(PlannedOperation.Step.init(rawValue:)), version: version,
      fields: fields.compactMap(field),
      dependsOn: dependsOn.compactMap { $0.integer.map { Int($0) } },
      isProtected: value["protected"] == .boolean(true),
      remarks: (value["remarks"]?.list ?? []).compactMap { remark in
        remark.text.flatMap(ConflictKind.init(rawValue:))
      })
  }

  private static func field(_ value: FieldValue) -> PlannedField? {
    guard let name = value["field"]?.text, let rule = value["rule"]?.text else { return nil }
    let notes = (value["notes"]?.list ?? []).compactMap { note -> TextNote? in
      guard let kind = note["kind"]?.text.flatMap(TextNote.Kind.init(rawValue:)) else {
        return nil
      }
      return TextNote(kind, note["passage"]?.text ?? "")
    }
    return PlannedField(
      name: name, before: value["before"] ?? .null, mine: value["mine"] ?? .null,
      shop: value["shop"] ?? .null, value: value["send"] ?? .null,
      movement: value["movement"]?.integer, rule: rule,
      isInterim: value["interim"] == .boolean(true), notes: notes)
  }

  private static func blocked(_ value: FieldValue) -> BlockedOperation? {
    guard let key = key(value),
      let operation = value["op"]?.text.flatMap(Mutation.Operation.init(rawValue:)),
      let type = value["waits_for_type"]?.text.flatMap(ResourceType.init(rawValue:)),
      let id = value["waits_for_id"]?.text
    else { return nil }
    return BlockedOperation(
      operation: operation, key: key, name: value["name"]?.text ?? "",
      waitsFor: RecordKey(type, id))
  }

  private static func question(_ value: FieldValue) -> Question? {
    guard let key = key(value), let kind = value["kind"]?.text.flatMap(ConflictKind.init(rawValue:))
    else { return nil }
    var question = Question(
      kind, key, field: value["field"]?.text, before: value["before"], mine: value["mine"],
      shop: value["shop"])
    question.detail.name = value["name"]?.text ?? ""
    question.detail.words = value["words"]?.text
    return question
  }

  private static func unsettled(_ value: FieldValue) -> UnsettledOperation? {
    guard let key = key(value), let operation = value["op"]?.text else { return nil }
    return UnsettledOperation(operation: operation, key: key, name: value["name"]?.text ?? "")
  }
}
