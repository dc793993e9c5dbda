/// What is known of extensions, in lower case and without the dot.
enum FileExtensions {
    /// Whether some system starts a file of this name when it is opened.
    static func runs(_ text: String) -> Bool {
        switch text {
        case "exe", "com", "scr", "pif", "bat", "cmd", "cpl", "dll", "msi", "msp", "mst", "jar", "vbs", "vbe",
            "js", "jse",
            "wsf", "wsh", "wsc", "sct", "hta", "lnk", "reg", "ps1", "psm1", "chm", "url", "scf", "msc",
            "gadget",
            "application", "appref-ms", "appx", "msix", "xll", "iso", "img", "vhd", "vhdx", "one", "apk",
            "dmg", "pkg",
            "command", "sh", "run", "desktop", "py", "pl", "settingcontent-ms", "library-ms", "search-ms",
            "ade", "adp",
            "docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppam", "ppsm", "sldm", "inf", "ocx",
            "sys", "drv":
            true
        default: false
        }
    }

    /// Whether people take a file of this name for something to look at.
    static func isHarmless(_ text: String) -> Bool {
        switch text {
        case "pdf", "doc", "docx", "odt", "rtf", "txt", "text", "csv", "xls", "xlsx", "ods", "ppt", "pptx",
            "odp", "jpg",
            "jpeg", "png", "gif", "bmp", "tif", "tiff", "webp", "heic", "mp3", "mp4", "avi", "mov", "wav",
            "ogg", "flac",
            "mkv", "htm", "html", "xml", "eml", "msg", "ics", "vcf", "zip", "rar", "7z", "log", "md", "json",
            "ps",
            "epub", "svg":
            true
        default: false
        }
    }

    /// Whether what bears this name is to be looked into as a whole, whatever it begins with.
    static func isArchive(_ text: String) -> Bool {
        switch text {
        case "zip", "jar", "rar", "7z", "tar", "gz", "tgz", "bz2", "tbz", "tbz2", "xz", "txz", "zst", "lz4",
            "lz", "lzma",
            "z", "cab", "iso", "img", "arj", "lzh", "lha", "cpio", "ar", "deb", "rpm", "apk", "xpi", "war",
            "ear", "docx",
            "docm", "dotm", "xlsx", "xlsm", "xlsb", "pptx", "pptm", "ppsm", "odt", "ods", "odp", "epub",
            "msg", "msi":
            true
        default: false
        }
    }
}
