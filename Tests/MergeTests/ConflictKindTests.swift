import Merge
import Testing

@Suite("The taxonomy")
struct ConflictKindTests {
  @Test("has 36 rows, numbered 1 to 36, each with words and a standard action")
  func complete() {
    #expect(ConflictKind.allCases.map(\.row) == Array(1...36))
    for kind in ConflictKind.allCases {
      #expect(ConflictKind(row: kind.row) == kind)
      #expect(ConflictKind(rawValue: kind.rawValue) == kind)
      #expect(!kind.title.isEmpty)
      #expect(kind.sentence(ConflictFacts()).count > 20)
    }
    #expect(ConflictKind(row: 0) == nil)
    #expect(ConflictKind(row: 37) == nil)
  }
}
