// Modules: Bytes Diagnostics Machine Formats Locales Catalog Contract Markdown Merge
/// libFuzzer entry for merges of records: three JSON objects in one, cut at the bytes FF. The first
/// letter of a field's name chooses its policy. The same input gives the same result; where one side
/// changed nothing there is no question; what a side changed is in the result, asked about, or decided
/// by a rule that is named. Built by `scripts/fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRecordMerge(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeBufferPointer(start: start, count: count)
  let parts = bytes.split(separator: 0xFF, maxSplits: 2, omittingEmptySubsequences: false)
  guard parts.count == 3, let base = fields(parts[0]), let ours = fields(parts[1]),
    let theirs = fields(parts[2])
  else { return -1 }
  let result = merge(base, ours, theirs)
  precondition(result == merge(base, ours, theirs), "the same input gives the same result")
  checkAlone(base, ours, theirs)
  guard let merged = result.merged else {
    preconditionFailure("a record that is on both sides stays")
  }
  let asked = Set(result.conflicts.map(\.field))
  let decided = Set(result.decisions.map(\.field))
  for name in Set(base.keys).union(ours.keys).union(theirs.keys) {
    let (before, mine, shop) = (base[name] ?? .null, ours[name] ?? .null, theirs[name] ?? .null)
    if mine == before, shop == before {
      precondition((merged[name] ?? .null) == before, "what nobody changed stays as it is")
      continue
    }
    precondition(
      asked.contains(name) || decided.contains(name) || isSame(before, mine, shop, name),
      "nothing is won in silence")
    if asked.contains(name) {
      precondition((merged[name] ?? .null) == shop, "what is undecided overwrites nothing")
    }
  }
  if case .update(let set, let add) = result.push {
    let sent = Set(set.keys).union(add.keys)
    precondition(asked.isDisjoint(with: sent), "what is asked about is not sent")
    precondition(sent.isSubset(of: Set(ours.keys).union(base.keys)), "only what was edited is sent")
  }
  return 0
}

/// A side that changed nothing: the other one is the result, without a question.
private func checkAlone(
  _ base: RecordMerge.Fields, _ ours: RecordMerge.Fields, _ theirs: RecordMerge.Fields
) {
  let shops = merge(base, base, theirs)
  precondition(shops.conflicts.isEmpty && shops.confirmations.isEmpty, "nobody edited anything")
  precondition(shops.push == .nothing, "nothing that nobody edited is sent")
  for name in Set(base.keys).union(theirs.keys) {
    precondition(
      (shops.merged?[name] ?? .null) == (theirs[name] ?? .null), "the shop's is the result")
  }
  let mine = merge(base, ours, base)
  for name in Set(base.keys).union(ours.keys) where policy(name) != .readOnly {
    let wanted = ours[name] ?? .null
    let isAsked = mine.conflicts.contains { $0.field == name }
    let isThere =
      (mine.merged?[name] ?? .null) == wanted
      || FieldComparison.isSame(mine.merged?[name] ?? .null, wanted, policy(name))
    precondition(isThere || isAsked, "an edit of one side is the result")
  }
}

/// Whether values differ only in what their policy does not count: order, spelling of a number.
private func isSame(
  _ before: FieldValue, _ mine: FieldValue, _ shop: FieldValue, _ name: String
) -> Bool {
  let policy = policy(name)
  return policy == .readOnly
    || FieldComparison.isSame(before, mine, policy) && FieldComparison.isSame(before, shop, policy)
}

private func merge(
  _ base: RecordMerge.Fields, _ ours: RecordMerge.Fields, _ theirs: RecordMerge.Fields
) -> RecordMerge.Result {
  RecordMerge.merge(base: base, ours: ours, theirs: theirs, policy: policy)
}

private func policy(_ name: String) -> FieldPolicy {
  FieldPolicy.allCases[Int(name.utf8.first ?? 0) % FieldPolicy.allCases.count]
}

private func fields(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> RecordMerge.Fields? {
  guard let value = try? FieldValue(json: String(decoding: bytes, as: UTF8.self)),
    case .object(let members) = value
  else { return nil }
  return Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
}
