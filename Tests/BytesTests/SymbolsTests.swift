import Bytes
import Dispatch
import Synchronization
import Testing

@Suite("Symbols")
struct SymbolsTests {
  @Test("equal names have one number, given in order of first use")
  func order() {
    let symbols = Symbols()
    #expect(symbols.intern("silk") == 0)
    #expect(symbols.intern("linen") == 1)
    #expect(symbols.intern("silk") == 0)
    #expect(symbols.name(1) == "linen")
    #expect(symbols.count == 2)
  }

  @Test("looking for a name adds none")
  func find() {
    let symbols = Symbols()
    #expect(symbols.find("silk") == nil)
    #expect(symbols.count == 0)
    _ = symbols.intern("silk")
    #expect(symbols.find("silk") == 0)
  }

  @Test("the empty name, and names that begin alike, are names of their own")
  func odd() {
    let symbols = Symbols()
    let names = ["", "a", "aa", "a\u{0}", "é", "e\u{301}"]
    #expect(names.map { symbols.intern($0) } == [0, 1, 2, 3, 4, 5])
    #expect((0..<6).map { symbols.name($0).utf8.count } == names.map(\.utf8.count))
  }

  @Test("threads that meet over the same names agree, while tables grow and are published")
  func threads() {
    let symbols = Symbols()
    let wrong = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for round in 0..<4 {
        for number in 0..<3000 {
          let name = "name \((number * 7 + thread * 911 + round) % 3000)"
          let id = symbols.intern(name)
          if symbols.name(id) != name || symbols.find(name) != id {
            wrong.wrappingAdd(1, ordering: .relaxed)
          }
        }
      }
    }
    #expect(wrong.load(ordering: .relaxed) == 0)
    #expect(symbols.count == 3000)
  }

  @Test("the stable hash of a name is the same in every table")
  func stableHash() {
    let one = Symbols()
    let other = Symbols()
    for number in 0..<500 { _ = other.intern("before \(number)") }
    for number in 0..<500 {
      let name = "name \(number)"
      #expect(one.hash(one.intern(name)) == other.hash(other.intern(name)))
    }
    #expect(one.hash(one.intern("name 1")) != one.hash(one.intern("name 2")))
  }
}
