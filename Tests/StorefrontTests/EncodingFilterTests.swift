import Bytes
import Testing

@Suite("Filters of digests and addresses")
struct EncodingFilterTests {
  @Test(
    "digests",
    arguments: [
      Row("{{ '' | md5 }}", "d41d8cd98f00b204e9800998ecf8427e"),
      Row("{{ 'abc' | sha1 }}", "a9993e364706816aba3e25717850c26c9cd0d89d"),
      Row(
        "{{ 'abc' | sha256 }}", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      Row(
        "{{ 'what do ya want for nothing?' | hmac_sha1: 'Jefe' }}",
        "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
      Row(
        "{{ 'what do ya want for nothing?' | hmac_sha256: 'Jefe' }}",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
      Row(
        "{{ '' | blake3 }}", "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
      Row(
        "{{ 'abc' | blake3 }}", "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"),
    ])
  func digests(_ row: Row) throws { #expect(try Stage().render(row.template) == row.output) }

  @Test(
    "BLAKE3 of many chunks is what its authors publish for bytes that count to 250 over and over",
    arguments: [
      (1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"),
      (1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"),
      (3072, "b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2"),
      (31_744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47"),
    ])
  func blake3(_ count: Int, _ digest: String) {
    let bytes = (0..<count).map { UInt8($0 % 251) }
    #expect(bytes.withUnsafeBytes { Blake3.hex(of: $0) } == digest)
  }

  @Test(
    "a key longer than a block is digested first (RFC 4231, case 6)")
  func longKey() {
    let key = [UInt8](repeating: 0xAA, count: 131)
    let text = Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
    let mac = key.withUnsafeBytes { key in
      text.withUnsafeBytes { MessageDigest.sha256.hmac(of: $0, key: key) }
    }
    #expect(mac == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  @Test(
    "addresses",
    arguments: [
      Row(
        "{{ '<p>Health & Love potions</p>' | url_escape }}",
        "%3Cp%3EHealth%20&%20Love%20potions%3C/p%3E"),
      Row(
        "{{ '<p>Health & Love potions</p>' | url_param_escape }}",
        "%3Cp%3EHealth%20%26%20Love%20potions%3C/p%3E"),
      Row("{{ 'é' | url_escape }}", "%C3%A9"),
      Row("{{ nil | url_escape }}", ""),
      Row("{{ 'Shirts/Blau' | url_param_escape }}", "Shirts/Blau"),
    ])
  func addresses(_ row: Row) throws { #expect(try Stage().render(row.template) == row.output) }
}
