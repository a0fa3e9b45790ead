import Merge
import Testing

@Suite("The taxonomy")
struct ConflictKindTests {
  @Test("has 36 rows, numbered 1 to 36, each with words, a standard action and a stable name")
  func complete() {
    #expect(ConflictKind.allCases.map(\.row) == Array(1...36))
    #expect(Set(ConflictKind.allCases.map(\.title)).count == 36)
    for kind in ConflictKind.allCases {
      #expect(ConflictKind(row: kind.row) == kind)
      #expect(ConflictKind(rawValue: kind.rawValue) == kind)
      #expect(!kind.title.isEmpty)
      #expect(kind.sentence(ConflictFacts()).count > 20)
    }
    #expect(ConflictKind(row: 0) == nil)
    #expect(ConflictKind(row: 37) == nil)
  }

  /// The rows of the design by number: what is decided by itself, and what comes first when asked.
  static let rows: [(Int, String, StandardAction, Alternative?)] = [
    (1, "edit-edit", .ask, .mine), (2, "same-change", .accept, nil),
    (3, "different-fields", .merge, nil), (4, "text-merged", .merge, .merge),
    (5, "text", .ask, .mine), (6, "text-moved", .merge, .merge), (7, "set-merged", .merge, .merge),
    (8, "order", .ask, .mine), (9, "price", .ask, .mine), (10, "price-guard", .confirm, .confirm),
    (11, "stock-movement", .merge, .merge), (12, "stock-negative", .ask, .recount),
    (13, "stock-count", .ask, .recount), (14, "delete-edit", .keepAndAsk, .keep),
    (15, "edit-delete", .keepAndAsk, .recreate), (16, "delete-delete", .accept, nil),
    (17, "parent-deleted", .ask, .move), (18, "create-create", .ask, .merge),
    (19, "rename-rename", .ask, .redirect), (20, "name-taken", .ask, .rename),
    (21, "reference", .ask, .edit), (22, "rejected", .ask, .edit),
    (23, "read-only", .refuse, .drop), (24, "uncertain", .ask, .itWorked),
    (25, "overwritten-race", .ask, .mine), (26, "schema-change", .keepAndAsk, .mapField),
    (27, "field-added", .takeShop, nil), (28, "before-unknown", .ask, .mine),
    (29, "permission-withdrawn", .hideAndKeep, .export), (30, "other-shop", .stop, .resync),
    (31, "membership", .ask, .mine), (32, "translation-stale", .markStale, .edit),
    (33, "schedule", .ask, .mine), (34, "file-and-editor", .ask, .mine),
    (35, "duplicate-file", .refuse, .keepOne), (36, "media", .ask, .mine),
  ]

  @Test("each row does by itself and offers what the design says", arguments: rows)
  func row(number: Int, name: String, standard: StandardAction, first: Alternative?) throws {
    let kind = try #require(ConflictKind(row: number))
    #expect(kind.rawValue == name)
    #expect(kind.standard == standard)
    #expect(kind.alternatives.first == first)
    #expect(
      kind.needsDecision
        == (standard != .merge && standard != .accept
          && standard != .takeShop && standard != .markStale && standard != .hideAndKeep))
    #expect(kind.alternatives.contains(.later) || !kind.needsDecision)
  }

  @Test("no text shown uses the words of programmers")
  func plainWords() {
    let facts = ConflictFacts(
      record: "Meridian 38", field: "title", mine: "A", shop: "B", before: "C",
      who: "Studio Paris", when: "Mon 09:12", detail: "two fields")
    let forbidden: Set<Substring> = [
      "conflict", "conflicts", "theirs", "ours", "base", "merge", "remote", "local", "null",
    ]
    let texts =
      ConflictKind.allCases.flatMap {
        [$0.title, $0.sentence(facts), $0.sentence(ConflictFacts())]
      }
      + Alternative.allCases.map(\.label)
    for text in texts {
      let words = Set(text.lowercased().split { !$0.isLetter })
      #expect(words.isDisjoint(with: forbidden), "\(text)")
      #expect(!text.contains("{") && !text.contains("["), "\(text)")
      #expect(!text.contains("  "), "\(text)")
    }
  }

  @Test("a sentence says who, when and which values, as far as they are known")
  func sentences() {
    let facts = ConflictFacts(
      record: "Old travel case", detail: "price and title")
    #expect(
      ConflictKind.deleteEdit.sentence(facts)
        == "You deleted Old travel case, but someone in the shop has changed it since: price and title. "
        + "It is still there. Shall it go?")
    let known = ConflictFacts(
      record: "Meridian 38", field: "the price", mine: "2,500.00", shop: "2,650.00",
      before: "2,400.00", who: "Studio Paris", when: "Mon 09:12")
    #expect(
      ConflictKind.price.sentence(known)
        == "You and Studio Paris both changed the price of Meridian 38 (Mon 09:12). "
        + "Before: 2,400.00. Mine: 2,500.00. Shop: 2,650.00. Which one is right?")
  }
}
