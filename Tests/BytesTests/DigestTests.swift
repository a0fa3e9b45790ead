import Bytes
import Testing

@Suite("Digests")
struct DigestTests {
  @Test("SHA-256 gives the published vector, whole and in pieces")
  func vector() {
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(SHA256Digest(of: "abc").hex == expected)
    var hasher = SHA256Hasher()
    hasher.update("a")
    hasher.update("bc")
    #expect(hasher.digest().hex == expected)
  }

  @Test("a fingerprint is read back from its digits")
  func fingerprint() {
    let print = Fingerprint(of: "trumeau")
    #expect(Fingerprint(hex: print.hex) == print)
    #expect(Fingerprint(hex: "xyz") == nil)
  }
}
