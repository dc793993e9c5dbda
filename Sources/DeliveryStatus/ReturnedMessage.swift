import MailMessage
import Platform

/// What of the original goes back with a report.
struct ReturnedMessage {
    let range: Range<Int>
    let mediaType: String
    let description: String

    /// Of a message without an end to its header, no more than this is returned.
    private static let maximumHeader = 64 << 10

    /// - Parameter isInternational: whether the report may hold what only RFC 6533 has.
    init(
        _ original: SharedBytes, returning: DeliveryReport.Return, sizeLimit: Int, isInternational: Bool
    ) {
        let header = HeaderSection(indexing: original.span)
        let headerEnd = min(header.bodyStart, Self.maximumHeader)
        let hasUnicode = Self.hasUnicode(original.array(0..<headerEnd))
        let isGlobal = isInternational && hasUnicode
        if returning == .full, original.count <= max(sizeLimit, 0) {
            range = 0..<original.count
            mediaType = isGlobal ? "message/global" : "message/rfc822"
            description = "Undelivered message"
        } else {
            range = 0..<headerEnd
            mediaType =
                isGlobal
                ? "message/global-headers" : "text/rfc822-headers" + (hasUnicode ? "; charset=utf-8" : "")
            description = "Header of the undelivered message"
        }
    }

    /// Whether the header is one of RFC 6532; one with bytes that are no UTF-8 is not.
    private static func hasUnicode(_ header: [UInt8]) -> Bool {
        !header.allSatisfy { $0 < 0x80 } && String(validating: header, as: UTF8.self) != nil
    }
}
