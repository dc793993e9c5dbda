import MailMessage

/// Messages that scanners are asked about to see whether they look at all. Each sign is put together here, so that no
/// file of ours has one in it.
package enum ScannerSamples {
    /// What every virus scanner calls a virus by agreement (eicar.org, "Anti-Malware Testfile").
    package static var eicar: [UInt8] {
        let halves = [#"X5O!P%@AP[4\PZX54(P^)7CC)7}$"# + "EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!" + "$H+H*"]
        return Array(halves.joined().utf8)
    }

    /// What every spam scanner calls spam by agreement (spamassassin.apache.org/gtube).
    package static var gtube: [UInt8] {
        let halves = ["XJS*C4JDBQADN1.NSBN3*2IDNEN*", "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"]
        return Array(halves.joined().utf8)
    }

    /// A message that nobody minds.
    package static var harmless: [UInt8] { message(Array("All is well.\n".utf8)) }

    /// A message whose text is ``gtube``.
    package static var spam: [UInt8] { message(gtube + [UInt8(ascii: "\n")]) }

    /// A message with ``eicar`` attached behind `padding` bytes of text.
    package static func virus(behind padding: Int = 0) -> [UInt8] {
        var octets = Array((head + "Content-Type: multipart/mixed; boundary=\"=part\"\n\n--=part\n\n").utf8)
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 71) + [UInt8(ascii: "\n")]
        octets.reserveCapacity(octets.count + max(padding, 0) + 300)
        while octets.count < padding { octets += line }
        octets += Array(
            """

            --=part
            Content-Type: application/octet-stream; name=sample.com
            Content-Transfer-Encoding: base64
            Content-Disposition: attachment; filename=sample.com


            """.utf8)
        return octets + Base64.encode(eicar.span) + Array("--=part--\n".utf8)
    }

    /// A message with a file `sample.txt` that says of itself that it is text, and is an empty ELF program.
    package static var disguise: [UInt8] {
        let program: [UInt8] =
            [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9) + [2, 0, 0x3E, 0, 1]
            + [UInt8](repeating: 0, count: 43)
        let header = """
            \(head)Content-Type: text/plain; name=sample.txt
            Content-Transfer-Encoding: base64
            Content-Disposition: attachment; filename=sample.txt


            """
        return Array(header.utf8) + Base64.encode(program.span)
    }

    private static let head = """
        From: postmasterctl doctor <postmaster@localhost>
        To: postmaster@localhost
        Subject: A question to a scanner
        Date: Thu, 01 Jan 2026 00:00:00 +0000
        Message-ID: <doctor@localhost>
        MIME-Version: 1.0

        """

    private static func message(_ body: [UInt8]) -> [UInt8] {
        Array((head + "Content-Type: text/plain\n\n").utf8) + body
    }
}
