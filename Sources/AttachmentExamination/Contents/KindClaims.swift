import ContentChecks

extension FileKind {
    /// Whether some system runs it when somebody opens it.
    var runs: Bool {
        switch self {
        case .windowsProgram, .elf, .machO, .javaClass, .dalvik, .webAssembly, .script, .shortcut,
            .internetShortcut,
            .batch, .registry, .compiledHelp, .oneNote, .flash, .htmlApplication, .installer, .javaArchive:
            true
        default: false
        }
    }

    /// Its type, where this knows better than libmagic does; nil where it does not.
    var type: String? {
        switch self {
        case .windowsProgram: "application/x-dosexec"
        case .elf: "application/x-executable"
        case .machO: "application/x-mach-binary"
        case .javaClass: "application/x-java-applet"
        case .dalvik: "application/x-dex"
        case .webAssembly: "application/wasm"
        case .script: "text/x-shellscript"
        case .shortcut: "application/x-ms-shortcut"
        case .internetShortcut: "application/x-mswinurl"
        case .batch: "text/x-msdos-batch"
        case .registry: "text/x-ms-regedit"
        case .compiledHelp: "application/x-chm"
        case .oneNote: "application/onenote"
        case .flash: "application/x-shockwave-flash"
        case .htmlApplication: "application/hta"
        case .installer: "application/x-msi"
        case .javaArchive: "application/java-archive"
        case .zip: "application/zip"
        case .compoundFile: "application/x-ole-storage"
        case .tnef: "application/vnd.ms-tnef"
        case .richText: "text/rtf"
        case .message: "message/rfc822"
        case .html: "text/html"
        case .svg: "image/svg+xml"
        case .archive, .compressed, .otherArchive, .other: nil
        }
    }

    /// The type that a report says, given what libmagic thinks.
    func type(besides recognised: String) -> String {
        let isVague = ["", "text/plain", "application/octet-stream", "application/zip", "data"].contains(
            recognised)
        guard let type else { return recognised }
        return isVague || runs || self == .svg || self == .html ? type : recognised
    }

    /// Why what a file says of itself does not fit what it is; nil where it fits, or says nothing.
    func contradiction(_ file: ExaminedFile) -> String? {
        guard runs || self == .html else { return nil }
        for name in file.names {
            let claimed = NameForms.fileExtension(name)
            if FileExtensions.isHarmless(claimed), !fits(extension: claimed) {
                return "\(type ?? "") under a name that ends in .\(claimed)"
            }
        }
        return fits(type: file.declaredType)
            ? nil : "\(type ?? "") declared as \(Self.shown(file.declaredType))"
    }

    private static func shown(_ type: String) -> String {
        String(decoding: type.utf8.prefix(80).filter { $0 > 0x20 && $0 < 0x7F }, as: UTF8.self)
    }

    private func fits(extension name: String) -> Bool {
        switch self {
        case .html:
            !["pdf", "jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "webp", "mp3", "mp4", "zip"].contains(
                name)
        case .script, .batch: ["txt", "text", "log", "md", "eml"].contains(name)
        case .javaArchive: ["zip"].contains(name)
        case .oneNote: false
        default: false
        }
    }

    private func fits(type: String) -> Bool {
        let neutral = [
            "application/octet-stream", "application/download", "application/force-download",
            "application/binary",
        ]
        if type.isEmpty || neutral.contains(type) || type == self.type || type.hasPrefix("application/x-") {
            return true
        }
        switch self {
        case .html:
            return !type.hasPrefix("image/") && !type.hasPrefix("audio/") && !type.hasPrefix("video/")
                && type != "application/pdf"
        case .script, .batch, .registry, .internetShortcut: return type.hasPrefix("text/")
        case .htmlApplication: return type == "text/html" || type == "text/xml" || type == "application/xml"
        case .windowsProgram:
            return ["application/exe", "application/vnd.microsoft.portable-executable"].contains(type)
        case .javaArchive:
            return ["application/zip", "application/java-archive", "application/vnd.android.package-archive"]
                .contains(type)
        case .installer: return type == "application/msi"
        case .oneNote: return type == "application/msonenote"
        case .flash: return type == "application/vnd.adobe.flash.movie"
        default: return false
        }
    }
}
