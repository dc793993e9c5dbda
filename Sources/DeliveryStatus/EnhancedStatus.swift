/// An enhanced mail system status code, `5.1.1` (RFC 3463 §2).
package struct EnhancedStatus: Sendable, Equatable, Hashable {
    /// Whether it worked, and whether trying again can help.
    package enum Class: Int, Sendable, CaseIterable {
        case success = 2
        case persistentTransientFailure = 4
        case permanentFailure = 5
    }

    package let `class`: Class
    /// 0 to 999.
    package let subject: Int
    /// 0 to 999.
    package let detail: Int

    /// - Parameters subject, detail: clamped to 0...999.
    package init(_ class: Class, _ subject: Int, _ detail: Int) {
        self.class = `class`
        self.subject = min(max(subject, 0), 999)
        self.detail = min(max(detail, 0), 999)
    }

    /// Reads exactly `D.S.N`.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var numbers: [Int] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
                return nil
            }
            // "07" is not a number of RFC 3463 §2.
            guard part.count == 1 || part.first != 0x30 else { return nil }
            numbers.append(part.reduce(0) { $0 * 10 + Int($1 - 0x30) })
        }
        guard let `class` = Class(rawValue: numbers[0]) else { return nil }
        self.init(`class`, numbers[1], numbers[2])
    }

    /// The same trouble as one that may pass, and as one that will not.
    package var asTransient: EnhancedStatus {
        EnhancedStatus(.persistentTransientFailure, subject, detail)
    }

    /// The same as a success: of what was delivered or handed on.
    var asSuccess: EnhancedStatus { EnhancedStatus(.success, subject, detail) }

    package var asPermanent: EnhancedStatus { EnhancedStatus(.permanentFailure, subject, detail) }
}

extension EnhancedStatus: CustomStringConvertible {
    package var description: String { "\(`class`.rawValue).\(subject).\(detail)" }
}

/// The codes that a delivery agent gives (RFC 3463 §3, IANA's registry).
extension EnhancedStatus {
    package static var success: EnhancedStatus { EnhancedStatus(.success, 0, 0) }

    package static var unknownUser: EnhancedStatus { EnhancedStatus(.permanentFailure, 1, 1) }
    package static var badSenderAddress: EnhancedStatus { EnhancedStatus(.permanentFailure, 1, 7) }
    package static var badRecipientSyntax: EnhancedStatus { EnhancedStatus(.permanentFailure, 1, 3) }

    package static var mailboxTrouble: EnhancedStatus { EnhancedStatus(.persistentTransientFailure, 2, 0) }
    package static var mailboxDisabled: EnhancedStatus { EnhancedStatus(.persistentTransientFailure, 2, 1) }
    package static var mailboxFull: EnhancedStatus { EnhancedStatus(.persistentTransientFailure, 2, 2) }
    package static var tooLongForMailbox: EnhancedStatus { EnhancedStatus(.permanentFailure, 2, 3) }

    package static var systemTrouble: EnhancedStatus { EnhancedStatus(.persistentTransientFailure, 3, 0) }
    package static var systemFull: EnhancedStatus { EnhancedStatus(.persistentTransientFailure, 3, 1) }
    package static var notAccepting: EnhancedStatus { EnhancedStatus(.persistentTransientFailure, 3, 2) }
    package static var tooLongForSystem: EnhancedStatus { EnhancedStatus(.permanentFailure, 3, 4) }
    package static var misconfigured: EnhancedStatus { EnhancedStatus(.persistentTransientFailure, 3, 5) }

    package static var noAnswer: EnhancedStatus { EnhancedStatus(.persistentTransientFailure, 4, 1) }
    package static var badConnection: EnhancedStatus { EnhancedStatus(.persistentTransientFailure, 4, 2) }
    package static var routingLoop: EnhancedStatus { EnhancedStatus(.permanentFailure, 4, 6) }
    package static var expired: EnhancedStatus { EnhancedStatus(.permanentFailure, 4, 7) }
    package static var delayed: EnhancedStatus { EnhancedStatus(.persistentTransientFailure, 4, 7) }

    package static var badContent: EnhancedStatus { EnhancedStatus(.permanentFailure, 6, 0) }

    package static var refused: EnhancedStatus { EnhancedStatus(.permanentFailure, 7, 1) }
    package static var accessTrouble: EnhancedStatus { EnhancedStatus(.persistentTransientFailure, 7, 0) }
}
