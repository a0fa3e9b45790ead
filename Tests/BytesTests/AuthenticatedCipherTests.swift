import Bytes
import Testing

@Suite("Authenticated encryption and derived keys")
struct AuthenticatedCipherTests {
  static func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex)) }

  @Test("AES-256-GCM gives test case 16 of its specification, and opens it")
  func vector() throws {
    let key = try Self.bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
    let nonce = try Self.bytes("cafebabefacedbaddecaf888")
    let binding = try Self.bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    let message = try Self.bytes(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")
    let sealed = message.withUnsafeBytes {
      AuthenticatedCipher.seal($0, key: key, nonce: nonce, binding: binding)
    }
    #expect(
      Hex.encode(sealed)
        == "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        + "76fc6ece0f4e1768cddf8853bb2d551b")
    let opened = sealed.withUnsafeBytes {
      AuthenticatedCipher.open($0, key: key, nonce: nonce, binding: binding)
    }
    #expect(opened == message)
  }

  @Test("opens with the same key, nonce, binding and bytes alone")
  func refusals() {
    let key = [UInt8](repeating: 7, count: 32)
    let nonce = [UInt8](repeating: 1, count: 12)
    let sealed = Array("hello".utf8).withUnsafeBytes {
      AuthenticatedCipher.seal($0, key: key, nonce: nonce, binding: [1, 2])
    }
    func opens(_ bytes: [UInt8], _ key: [UInt8], _ nonce: [UInt8], _ binding: [UInt8]) -> Bool {
      bytes.withUnsafeBytes {
        AuthenticatedCipher.open($0, key: key, nonce: nonce, binding: binding) != nil
      }
    }
    #expect(opens(sealed, key, nonce, [1, 2]))
    #expect(!opens(sealed, [UInt8](repeating: 8, count: 32), nonce, [1, 2]))
    #expect(!opens(sealed, key, [UInt8](repeating: 2, count: 12), [1, 2]))
    #expect(!opens(sealed, key, nonce, [1]))
    #expect(!opens(Array(sealed.dropLast()), key, nonce, [1, 2]))
    #expect(!opens([], key, nonce, [1, 2]))
    for index in sealed.indices {
      var changed = sealed
      changed[index] ^= 1
      #expect(!opens(changed, key, nonce, [1, 2]), "byte \(index)")
    }
  }

  @Test("a keyed digest gives test case 2 of RFC 4231")
  func keyedDigest() {
    var hasher = KeyedHasher(key: Array("Jefe".utf8))
    hasher.update("what do ya want ")
    hasher.update("for nothing?")
    #expect(
      Hex.encode(hasher.finish())
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  @Test("keys for different purposes are different, and no key is its secret")
  func derivation() {
    let secret = [UInt8](repeating: 3, count: 32)
    let one = KeyDerivation.key(from: secret, for: "one")
    #expect(one == KeyDerivation.key(from: secret, for: "one"))
    #expect(one != KeyDerivation.key(from: secret, for: "two") && one != secret)
  }
}
