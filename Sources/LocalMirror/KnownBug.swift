/// Mistakes that other products made and that cost people their work. Each can be built into the
/// engine by a test, at the place of the rule that it breaks, to see that the proofs find it. A product
/// never sets one.
///
/// The numbers are those of the museum in the sync design, section 4.6.
package enum KnownBug: String, CaseIterable, Sendable {
  /// 1. The place in the feed is stored ahead of the data.
  case cursorBeforeData = "cursor-before-data"
  /// 2. The place moves past what could not be stored.
  case misfitsDropped = "misfits-dropped"
  /// 3. Records and deletions share a checkpoint, and deletions beside records are lost.
  case tombstonesSkipped = "tombstones-skipped"
  /// 4. A server that was restored is believed to be the same.
  case restoredServerTrusted = "restored-server-trusted"
  /// 6. An edit that was made while the request was under way counts as sent.
  case editWhileSendingConfirmed = "edit-while-sending-confirmed"
  /// 8. An older answer that comes late overwrites a newer one.
  case olderOverwrites = "older-overwrites"
  /// 10. A deletion on one side is no conflict with an edit on the other.
  case deletionWinsSilently = "deletion-wins-silently"
  /// 12. Ids of records that are made here are baked into requests.
  case temporaryIDsBaked = "temporary-ids-baked"
  /// 13. A request without an answer is taken for one that failed, and made anew.
  case unknownTakenForFailed = "unknown-taken-for-failed"
  /// 14. The idempotency key does not belong to the single mutation.
  case keyNotOfMutation = "key-not-of-mutation"
  /// 15. What the server refuses is forgotten.
  case refusalForgotten = "refusal-forgotten"
  /// 19. Fields are sent that nobody edited.
  case uneditedFieldsSent = "unedited-fields-sent"
  /// 20. What is pulled erases what was edited.
  case pullErasesEdits = "pull-erases-edits"
  /// 21. Amounts go through floating point.
  case amountsAsFloats = "amounts-as-floats"
}
