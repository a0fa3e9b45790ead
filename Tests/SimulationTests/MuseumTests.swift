import LocalMirror
import Simulation
import Testing

@Suite("The museum: mistakes of other products")
struct MuseumTests {
  @Test("all 24 of the design are there, each once")
  func complete() {
    #expect(Museum.exhibits.map(\.bug) == KnownBug.allCases)
    #expect(Museum.exhibits.count == 24)
  }

  @Test(
    "a mistake is found in its scene, and nothing is wrong there without it",
    arguments: Museum.exhibits)
  func found(exhibit: Exhibit) {
    let finding = exhibit.run(withMistake: true)
    #expect(finding != nil, "\(exhibit) was not found")
    let other = exhibit.run(withMistake: false)
    #expect(other == nil, "\(exhibit) without the mistake: \(other?.words ?? "")")
  }
}
