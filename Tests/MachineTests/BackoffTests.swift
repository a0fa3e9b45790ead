import Machine
import Testing

@Suite("Waiting before a new try")
struct BackoffTests {
  let random = SeededRandom(seed: 1)

  @Test("waits double up to the cap, each between half and the whole")
  func doubling() throws {
    var policy = Backoff()
    policy.capMs = 4_000
    for (attempt, whole) in [(1, 500), (2, 1_000), (3, 2_000), (4, 4_000), (5, 4_000)] {
      let wait = try #require(policy.wait(attempt: attempt, random: random))
      #expect((whole / 2...whole).contains(wait))
    }
  }

  @Test("a wait that is asked for is obeyed, with at most a second more")
  func asked() throws {
    let wait = try #require(Backoff().wait(attempt: 1, askedSeconds: 58, random: random))
    #expect((58_000...59_000).contains(wait))
  }

  @Test("a wait that is asked for has a limit")
  func askedTooMuch() throws {
    let wait = try #require(Backoff().wait(attempt: 1, askedSeconds: 86_400, random: random))
    #expect((600_000...601_000).contains(wait))
  }

  @Test("after the last try there is no other")
  func end() {
    #expect(Backoff().wait(attempt: 8, random: random) != nil)
    #expect(Backoff().wait(attempt: 9, askedSeconds: 1, random: random) == nil)
  }
}
