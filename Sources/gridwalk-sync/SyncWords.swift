import CLI
import FieldCore
import SyncProtocol

/// What an error of the agent is in words, and its exit code.
enum SyncWords {
  static func sentence(for error: SyncError) -> Sentence {
    switch error {
    case .offline(.untrusted): .certificateUntrusted
    case .offline(.tlsFailed): .tlsFailed
    case .offline: .offline(error.code)
    case .portal: .captivePortal
    case .unavailable(let status, _): .centreUnavailable(status)
    case .unauthorized: .tokenUnknown
    case .revoked: .thisDeviceRevoked
    case .refusedByCentre(let code, _): sentence(for: code)
    case .sequenceGap, .protocolViolation: .protocolViolation
    case .epochChanged: .centreRestored
    case .notEnrolled: .notEnrolled
    case .agentRunning(let pid): .agentRunning(pid.map { String($0) } ?? "?")
    case .wiped: .deviceWipedNow
    case .local(let fault): sentence(for: fault)
    }
  }

  /// What kept the device from being enrolled. Where the centre did not say no
  /// nothing is used up: the same code brings the same device (PROTOCOL.md §7).
  static func enrolmentSentence(for error: SyncError) -> Sentence {
    switch error {
    case .offline(.untrusted): .certificateUntrusted
    case .refusedByCentre(let code, _) where code == .rateLimited: .tooManyAttempts
    case .offline, .portal, .unavailable: .enrolmentUnheard(error.code)
    case .refusedByCentre(let code, _) where code.isRetryable: .enrolmentUnheard(error.code)
    default: sentence(for: error)
    }
  }

  private static func sentence(for code: ProblemCode) -> Sentence {
    switch code {
    case .codeWrong: .codeWrong
    case .codeUsed: .codeUsed
    case .codeExpired: .codeExpired
    case .rateLimited: .tooManyAttempts
    case .storageFull: .centreFull
    case .quotaExceeded: .centreQuota
    case .schemaUnsupported: .centreTooOld
    default: .centreRefused(code.rawValue)
    }
  }

  static func sentence(for fault: FieldError) -> Sentence {
    switch fault {
    case .newerDatabase(let found, let known): .databaseNewer(found: found, known: known)
    case .foreignDatabase: .databaseForeign
    case .storageFull: .diskFull
    case .belongsTo(let worker): .folderBelongsTo("\(worker.name) (\(worker.id))")
    case .wiping: .storeToBeWiped
    case .directoryUnusable(let code): .databaseFailed("errno \(code)")
    default: .databaseFailed("\(fault)")
    }
  }

  /// A round that came to its end but left something for somebody to look at
  /// has failed at that.
  static func exitCode(for outcome: SyncOutcome) -> ExitCode {
    if let error = outcome.error { return exitCode(for: error) }
    return outcome.held.isEmpty && outcome.heldPhotos == 0 ? .ok : .failure
  }

  static func exitCode(for error: SyncError) -> ExitCode {
    switch error {
    case .offline(.untrusted), .unauthorized, .revoked, .notEnrolled, .wiped,
      .local(.belongsTo), .local(.wiping):
      .notPermitted
    case .refusedByCentre(.codeWrong, _), .refusedByCentre(.codeUsed, _),
      .refusedByCentre(.codeExpired, _):
      .notPermitted
    case .offline, .portal, .unavailable: .offline
    case .refusedByCentre(let code, _): code.isRetryable ? .offline : .failure
    case .agentRunning: .conflict
    default: .failure
    }
  }
}
