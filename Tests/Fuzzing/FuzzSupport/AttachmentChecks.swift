import AttachmentExamination
import ContentChecks
import Platform

extension FuzzChecks {
    /// A message with attachments of any kind, as it is, and as lines of the kind that parts are made of.
    package static func attachments(_ octets: [UInt8]) {
        for message in [octets, lines(octets)] {
            check { $0.run(SharedBytes(message)) { _ in "" } }
        }
    }

    /// An archive, or a document, of any kind.
    package static func archives(_ octets: [UInt8]) {
        archiveReader(octets)
        check { $0.run(file: SharedBytes(octets), named: "a") { _ in "" } }
        check { $0.run(file: SharedBytes(octets), named: "a.zip") { _ in "application/zip" } }
    }

    /// What a report is, whatever it is about, and what it may cost.
    private static func check(_ examine: (Examination) -> AttachmentReport) {
        var limits = ExaminationLimits()
        limits.entries = 200
        limits.unpackedBytes = 4 << 20
        limits.milliseconds = 2000
        let before = ProcessorTime.milliseconds
        let report = examine(Examination(limits: limits))
        precondition(ProcessorTime.milliseconds - before < 2 * limits.milliseconds)
        precondition(report.files.count <= AttachmentReport.most)
        precondition(report.findings.count <= AttachmentReport.most)
        for file in report.files {
            precondition(file.container.count <= limits.depth)
            precondition(file.names.allSatisfy { !$0.isEmpty && $0.utf8.count <= ExaminedFile.longestName })
            precondition(file.size ?? 0 >= 0)
        }
        _ = ForbiddenFiles(names: ["*.exe", "*a*b*c*"], types: ["*/*"]).first(in: report)
    }

    /// Each octet is a line, or a piece of one; above 0xC0 it is itself.
    private static func lines(_ octets: [UInt8]) -> [UInt8] {
        var message: [UInt8] = []
        for octet in octets {
            if octet < 0xC0 {
                message += pieces[Int(octet) % pieces.count].description.utf8
            } else {
                message.append(octet & 0x7F)
            }
        }
        return message
    }

    private static let pieces: [StaticString] = [
        "\r\n", "\n", "\r", "--a\r\n", "--a--\r\n", "--b\n", "--b--\n", "\r\n\r\n", "--", "a", "b", "=", ";",
        "\"", "*", ":", " ",
        "\t", "'", "%2E", "\0",
        "Content-Type: multipart/mixed; boundary=a\r\n", "Content-Type: multipart/mixed; boundary=\"b\"\r\n",
        "Content-Type: message/rfc822\r\n", "Content-Type: text/plain\r\n",
        "Content-Type: application/zip; name=a.zip\r\n",
        "Content-Transfer-Encoding: base64\r\n", "Content-Transfer-Encoding: quoted-printable\r\n",
        "Content-Transfer-Encoding: ",
        "Content-Disposition: attachment; filename=b.exe\r\n", "Content-Disposition: attachment; filename*0=",
        "filename*1*=",
        "filename*=utf-8''", "=?utf-8?B?", "=?utf-8?Q?", "?=", "begin 644 b.exe\r\n", "#0V%T\r\n", "end\r\n",
        "=ybegin name=b.exe\r\n",
        "=yend\r\n", "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n",
        "UEsDBBQAAAAAAAAAIVpJKFtR", "UEsBAhQAFAAAAAAA", "UEsFBgAAAAABAAEA", "0M8R4KGxGuE=", "H4sIAAAAAAAAA",
        "boundary=",
        "message/partial", "eJ8+Ig==", "(This file must be converted with BinHex",
    ]
}
