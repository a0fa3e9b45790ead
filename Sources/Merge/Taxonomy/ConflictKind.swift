/// What can come between two edits of one shop: the 36 rows of the taxonomy (`sync.md`, §3.6).
///
/// The raw name stands in files, in JSON and in the store, and never changes. A pure merge finds
/// some of them; the rest is found by what pulls, pushes, imports files or compares schemas. Names and
/// words of all of them are here.
public enum ConflictKind: String, CaseIterable, Sendable, Hashable {
  /// 1. Both changed one short value, differently.
  case editEdit = "edit-edit"
  /// 2. Both made the same change.
  case sameChange = "same-change"
  /// 3. Each changed other fields of one record.
  case differentFields = "different-fields"
  /// 4. Both changed a text, at different places.
  case textMerged = "text-merged"
  /// 5. Both changed a text at the same place.
  case text
  /// 6. A paragraph was moved or rewrapped by one and edited by the other.
  case textMoved = "text-moved"
  /// 7. Both changed a set: tags, collections.
  case setMerged = "set-merged"
  /// 8. Both changed the order of a list: pictures, options.
  case order
  /// 9. Both changed an amount.
  case price
  /// 10. An amount was changed by so much that it may be a slip.
  case priceGuard = "price-guard"
  /// 11. Both moved stock.
  case stockMovement = "stock-movement"
  /// 12. The movements together lead below zero.
  case stockNegative = "stock-negative"
  /// 13. Stock was counted while it changed.
  case stockCount = "stock-count"
  /// 14. Deleted here, edited there.
  case deleteEdit = "delete-edit"
  /// 15. Edited here, deleted there.
  case editDelete = "edit-delete"
  /// 16. Deleted on both sides.
  case deleteDelete = "delete-delete"
  /// 17. The parent is gone of what was added or edited.
  case parentDeleted = "parent-deleted"
  /// 18. Made on both sides, with one handle or SKU.
  case createCreate = "create-create"
  /// 19. Renamed on both sides.
  case renameRename = "rename-rename"
  /// 20. Renamed to what another record is called.
  case nameTaken = "name-taken"
  /// 21. Names a record that is gone or renamed.
  case reference
  /// 22. The shop refused it: a rule or a permission.
  case rejected
  /// 23. A field that only the shop writes was edited.
  case readOnly = "read-only"
  /// 24. Sent, no answer, and it cannot be found out what became of it.
  case uncertain
  /// 25. Somebody wrote at the same moment, and the shop has no guard.
  case overwrittenRace = "overwritten-race"
  /// 26. The shop no longer has the field, or has another kind of it.
  case schemaChange = "schema-change"
  /// 27. The shop has a new field.
  case fieldAdded = "field-added"
  /// 28. What the edit began from is not known.
  case beforeUnknown = "before-unknown"
  /// 29. The record is no longer shared with this person.
  case permissionWithdrawn = "permission-withdrawn"
  /// 30. The shop was restored, or is another one.
  case otherShop = "other-shop"
  /// 31. A member's tier or consent was changed on both sides.
  case membership
  /// 32. The text that a translation was made from has changed.
  case translationStale = "translation-stale"
  /// 33. Publishing or its time was changed on both sides.
  case schedule
  /// 34. Edited in its file and in the editor on this machine.
  case fileAndEditor = "file-and-editor"
  /// 35. Two files for one record, or two names that differ only in capitals.
  case duplicateFile = "duplicate-file"
  /// 36. Another picture in the same place.
  case media

  /// Its row in the taxonomy, from 1.
  public var row: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }

  /// The kind with a row.
  public init?(row: Int) {
    guard Self.allCases.indices.contains(row - 1) else { return nil }
    self = Self.allCases[row - 1]
  }

  /// What happens while nobody has decided.
  public var standard: StandardAction { description.standard }

  /// What a person can choose; the first is what is offered first. Empty where nothing is asked.
  public var alternatives: [Alternative] { description.alternatives }

  /// What it is called in lists and headings.
  public var title: String { description.title }

  /// Whether a person must decide before the edit can be sent.
  public var needsDecision: Bool {
    switch standard {
    case .ask, .keepAndAsk, .confirm, .refuse, .stop: true
    case .accept, .merge, .takeShop, .markStale, .hideAndKeep: false
    }
  }

  /// What happened, in one or two sentences for a person.
  public func sentence(_ facts: ConflictFacts) -> String {
    facts.filled(into: description.sentence)
  }

  private var description: ConflictDescription { .of(self) }
}

/// What happens to an edit by itself, while nobody has decided.
public enum StandardAction: String, CaseIterable, Sendable, Hashable {
  /// The shop's value stands on the shop, the edit stays here, a person is asked.
  case ask
  /// The record or the edits are kept, and a person is asked what shall become of them.
  case keepAndAsk = "keep-and-ask"
  /// The edit is sent once a person has said that it is meant.
  case confirm
  /// Nothing to do; it is logged.
  case accept
  /// Both are put together; it is logged.
  case merge
  /// The shop's value is taken; it is logged.
  case takeShop = "take-shop"
  /// The edit is not taken at all.
  case refuse
  /// Nothing is sent until it is settled.
  case stop
  /// The value is kept and shown as out of date.
  case markStale = "mark-stale"
  /// It is no longer shown; edits are kept.
  case hideAndKeep = "hide-and-keep"
}

/// One thing that a person can choose.
public enum Alternative: String, CaseIterable, Sendable, Hashable {
  case mine, shop, both, edit, merge, confirm, keep
  case deleteAnyway = "delete-anyway"
  case recreate, drop, export, rename, redirect
  case swapNames = "swap-names"
  case recount, clamp
  case backorder, replay
  case move
  case itWorked = "it-worked"
  case sendAgain = "send-again"
  case restoreShop = "restore-shop"
  case mapField = "map-field"
  case resync
  case keepOne = "keep-one"
  case newID = "new-id"
  case later

  /// What stands on the button.
  public var label: String {
    switch self {
    case .mine: "take mine"
    case .shop: "take the shop's"
    case .both: "keep both"
    case .edit: "write my own"
    case .merge: "put them together"
    case .confirm: "yes, that is meant"
    case .keep: "keep it"
    case .deleteAnyway: "delete anyway"
    case .recreate: "make it again"
    case .drop: "drop my edit"
    case .export: "save my edit to a file"
    case .rename: "give mine another name"
    case .redirect: "take mine and lead the old address on"
    case .swapNames: "swap the two names"
    case .recount: "count again"
    case .clamp: "set it to 0"
    case .backorder: "allow it below 0"
    case .replay: "take my count and the movements since"
    case .move: "move it to another parent"
    case .itWorked: "it worked"
    case .sendAgain: "send it again"
    case .restoreShop: "bring back the shop's value"
    case .mapField: "put it into another field"
    case .resync: "compare everything"
    case .keepOne: "keep one of them"
    case .newID: "make it a new record"
    case .later: "later"
    }
  }
}

/// What is known about one case, to be put into its sentence. What is absent is said in general
/// words.
public struct ConflictFacts: Sendable, Hashable {
  /// What the record is called, for example `Trocadero Satchel`.
  public var record: String?
  /// The field, in words.
  public var field: String?
  /// The value here.
  public var mine: String?
  /// The value in the shop.
  public var shop: String?
  /// The value that the edit began from.
  public var before: String?
  /// Who changed it there.
  public var who: String?
  /// When it was changed there.
  public var when: String?
  /// Anything more that the row tells: a figure, a list, the shop's own words.
  public var detail: String?

  /// Puts facts together.
  public init(
    record: String? = nil, field: String? = nil, mine: String? = nil, shop: String? = nil,
    before: String? = nil, who: String? = nil, when: String? = nil, detail: String? = nil
  ) {
    self.record = record
    self.field = field
    self.mine = mine
    self.shop = shop
    self.before = before
    self.who = who
    self.when = when
    self.detail = detail
  }

  /// Replaces `{name}` by the fact of that name. A part in square brackets is left out when a fact
  /// in it is absent.
  func filled(into template: String) -> String {
    var output = ""
    var part: String?
    var isComplete = true
    var rest = template[...]
    func add(_ text: String) {
      if part != nil { part? += text } else { output += text }
    }
    while let character = rest.popFirst() {
      switch character {
      case "[":
        part = ""
        isComplete = true
      case "]":
        if isComplete, let part { output += part }
        part = nil
      case "{":
        let name = rest.prefix { $0 != "}" }
        rest = rest.dropFirst(name.count + 1)
        if let fact = fact(name) {
          add(fact)
        } else {
          isComplete = isComplete && part == nil
          if part == nil { add(Self.general(name)) }
        }
      default: add(String(character))
      }
    }
    return output
  }

  private func fact(_ name: Substring) -> String? {
    switch name {
    case "record": record
    case "field": field
    case "mine": mine
    case "shop": shop
    case "before": before
    case "who": who
    case "when": when
    case "detail": detail
    default: nil
    }
  }

  private static func general(_ name: Substring) -> String {
    switch name {
    case "record": "this record"
    case "field": "this field"
    case "who": "someone in the shop"
    case "when": "meanwhile"
    case "detail": "see the details"
    default: "empty"
    }
  }
}
