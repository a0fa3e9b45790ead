import Bytes
import CommandTree
import Contract
import LocalMirror
import Merge
import Sync

/// A plan on the screen: one line a field, the records in the order of sending.
struct PlanScreen {
  private let plan: Plan
  private let words: RecordWords
  private let console: Console
  private let reader: MirrorReader

  init(_ plan: Plan, _ reader: MirrorReader, _ console: Console) throws {
    self.plan = plan
    self.reader = reader
    self.console = console
    words = try RecordWords(reader.lookup)
  }

  /// Shows the plan.
  ///
  /// - Parameters:
  ///   - age: how old the mirror is, in words.
  ///   - next: what to type to push it.
  ///   - isAsked: whether a person is asked about it, and must see it also where only errors are told.
  func show(age: String?, next: String?, isAsked: Bool = false) throws {
    guard !console.isJSON, !console.isQuiet || isAsked else { return }
    if let age { console.say(console.faint("Your edits against the shop as of \(age) ago.")) }
    guard !plan.isEmpty else {
      console.say("Nothing to send, nothing to decide.")
      return
    }
    try showNew()
    for operation in plan.operations where operation.operation != .create {
      try show(operation)
    }
    for question in plan.questions { try show(question) }
    try showBlocked()
    for unsettled in plan.unsettled {
      console.say("? \(unsettled.name.padding(to: 24)) sent, no answer yet: checked first")
    }
    try showSummary(next)
  }

  // MARK: Operations

  /// What is made, one line a product with its parts counted.
  private func showNew() throws {
    var subjects: [RecordKey] = []
    var parts: [RecordKey: [ResourceType: Int]] = [:]
    for operation in plan.operations where operation.operation == .create {
      let subject = try words.name(of: operation.key).subject
      if parts[subject] == nil { subjects.append(subject) }
      parts[subject, default: [:]][operation.key.type, default: 0] += 1
    }
    for subject in subjects {
      let name = try words.name(of: subject)
      var counts = parts[subject] ?? [:]
      let isNew = counts.removeValue(forKey: subject.type) != nil
      let listed = counts.sorted { $0.key < $1.key }.map { type, count in
        "\(count) \(StatusCommand.noun(type, count))"
      }
      let what = (isNew ? ["new"] : ["new in it:"]) + listed
      let text =
        isNew ? what.joined(separator: ", ") : "new in it: \(listed.joined(separator: ", "))"
      console.say("\(console.good("+")) \(name.title.padding(to: 24)) \(text)")
    }
  }

  private func show(_ operation: PlannedOperation) throws {
    let name = try words.name(of: operation.key)
    let title = name.title.padding(to: 24)
    switch (operation.operation, operation.step) {
    case (.delete, _):
      console.say("\(console.bad("-")) \(title) delete\(guardWords(operation))")
    case (_, .publish?): break  // it belongs to what is made
    case (_, .interimName?):
      guard let field = operation.fields.first else { return }
      let text = try words.text(field.value, field.name, of: operation.key)
      console.say("~ \(title) \(field.name) for a moment \(text), so that names can change hands")
    default:
      var head = "~ \(title)"
      for field in operation.fields
      where !RecordWords.isDerived(field.name, of: operation.key) {
        try show(field, of: operation, head)
        head = "  \("".padding(to: 24))"
      }
      for remark in operation.remarks {
        console.say("  \("".padding(to: 24)) \(console.faint(remark.title.lowercasedFirst))")
      }
    }
  }

  private func show(
    _ field: PlannedField, of operation: PlannedOperation, _ head: String
  ) throws {
    let label = try words.field(field.name, of: operation.key).padding(to: 16)
    let after = try words.text(field.value, field.name, of: operation.key)
    let shop = try words.text(field.shop, field.name, of: operation.key)
    if let movement = field.movement {
      let sign = movement > 0 ? "+" : ""
      console.say("\(head) \(label) \(shop) -> \(after)  sent as \"\(sign)\(movement)\"")
      return
    }
    if MergeRule(rawValue: field.rule) == .textMerged {
      let notes = field.notes.isEmpty ? "" : " - please read"
      console.say(
        "\(head) \(label) your text and the shop's, merged\(notes)\(guardWords(operation))")
      for note in field.notes {
        console.say("  \("".padding(to: 24)) \(console.faint(EditedText.cut(note.passage, "").0))")
      }
      return
    }
    let change = Self.elements(field) ?? EditedText.change(from: shop, to: after)
    let merged = field.rule == MergeRule.setMerged.rawValue ? "  (with the shop's)" : ""
    console.say(
      "\(head) \(label) \(change)\(percent(field, operation.key))\(merged)\(guardWords(operation))")
  }

  /// A set by what comes and goes: `+new -old`; nil where it is none.
  private static func elements(_ field: PlannedField) -> String? {
    guard field.name == "tags" || field.name == "countries", let old = field.shop.list,
      let new = field.value.list
    else { return nil }
    let come = new.filter { !old.contains($0) }.compactMap(\.text).map { "+\($0)" }
    let gone = old.filter { !new.contains($0) }.compactMap(\.text).map { "-\($0)" }
    return (come + gone).joined(separator: "  ")
  }

  private func percent(_ field: PlannedField, _ key: RecordKey) -> String {
    guard key.type == .price, field.name == "amount" || field.name == "compare_at",
      let before = field.shop.integer, let after = field.value.integer, before > 0
    else { return "" }
    return "  (\(DiffCommand.percent(from: before, to: after)))"
  }

  private func guardWords(_ operation: PlannedOperation) -> String {
    "   " + console.faint(operation.isProtected ? "protected" : "not protected by this shop")
  }

  // MARK: Questions

  private func show(_ question: Question) throws {
    let name = try words.name(of: question.key)
    let field = try question.field.map { try words.field($0, of: question.key) } ?? ""
    let number = question.number.map { " \($0)" } ?? ""
    let call = question.kind == .priceGuard ? "CONFIRM\(number)" : "NEEDS DECISION\(number)"
    var text = question.kind.title.lowercasedFirst
    if question.kind == .priceGuard, let before = question.before, let mine = question.mine {
      let change = EditedText.change(
        from: try words.text(before, question.field ?? "", of: question.key),
        to: try words.text(mine, question.field ?? "", of: question.key))
      text = "\(change)  \(question.detail.words ?? "")"
    }
    console.say(
      "! \(name.title.padding(to: 24)) \(field.padding(to: 16)) \(text)   \(console.bold(call))")
  }

  /// What waits for a record that is asked about, counted where it is much.
  private func showBlocked() throws {
    var causes: [String] = []
    var waiting: [String: [String]] = [:]
    for blocked in plan.blocked {
      let cause = try words.name(of: blocked.waitsFor).title
      if waiting[cause] == nil { causes.append(cause) }
      waiting[cause, default: []].append(blocked.name)
    }
    for cause in causes {
      let names = waiting[cause] ?? []
      guard names.count <= 3 else {
        console.say("· \(names.count) records wait for \(cause)")
        continue
      }
      for name in names { console.say("· \(name.padding(to: 24)) waits for \(cause)") }
    }
  }

  private func showSummary(_ next: String?) throws {
    var parts = ["\(plan.operations.count) can be sent now"]
    if !plan.confirmations.isEmpty { parts.append("\(plan.confirmations.count) to confirm") }
    if !plan.decisions.isEmpty { parts.append("\(plan.decisions.count) to decide") }
    if !plan.blocked.isEmpty { parts.append("\(plan.blocked.count) waiting") }
    console.say(parts.joined(separator: ", ") + ".")
    if plan.operations.contains(where: { !$0.isProtected }) {
      console.say(
        console.faint(
          "Not protected: between reading and writing somebody else may write unnoticed by the "
            + "shop; push reads again afterwards and tells you."))
    }
    if !plan.operations.isEmpty || !plan.unsettled.isEmpty {
      console.say("Push: \(next ?? "trumeau push")   Undo later: trumeau undo")
    }
    if !plan.questions.isEmpty { console.say("Decide: trumeau conflicts") }
  }

  // MARK: Words

  /// Adds a plan to a document.
  static func fill(_ document: Document, _ plan: Plan, _ lastPull: Instant?) {
    document.field("last_pull", lastPull?.rfc3339)
    document.field("can_be_sent", plan.operations.count)
    document.field("to_confirm", plan.confirmations.count)
    document.field("to_decide", plan.decisions.count)
    document.field("waiting", plan.blocked.count)
    document.raw("plan", PlanFile.text(of: plan).replacing("\n", with: ""))
  }
}

extension String {
  /// The text with a small first letter.
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
