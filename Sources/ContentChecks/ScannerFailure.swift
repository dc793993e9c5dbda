/// Why a scanner did not answer. It says nothing of the message: neither that it is clean, nor that it is not.
package struct ScannerFailure: Error, Equatable, Sendable {
    package enum Reason: String, Sendable, CaseIterable {
        /// No connection stands.
        case unreachable
        /// The deadline passed.
        case tooSlow = "too slow"
        /// The connection ended before the answer did.
        case cutOff = "cut off"
        /// An answer that the protocol does not have.
        case unintelligible
        /// The scanner says that it cannot look at the message: an error of its own, or a limit.
        case declined
        /// The scanner ended in a way that it should not.
        case crashed
    }

    package let reason: Reason
    /// The scanner, as the settings name it.
    package let scanner: String
    /// More about it, in words.
    package let detail: String

    package init(_ reason: Reason, scanner: String, _ detail: String = "") {
        self.reason = reason
        self.scanner = scanner
        self.detail = detail
    }
}

extension ScannerFailure: CustomStringConvertible {
    package var description: String {
        "\(scanner): \(reason.rawValue)" + (detail.isEmpty ? "" : ": \(detail)")
    }
}
