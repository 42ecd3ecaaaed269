package dev.llmrouter.camel.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * Which file lay under a name, as the file system tells it: whether it is still the same is known without reading it.
 *
 * @param key the file itself, whatever its name (an inode on Unix); null where the file system has none
 * @param size in bytes
 * @param written when it was last written to
 */
public record FileStamp(@Nullable Object key, long size, FileTime written) {
    /** How a file was found again. */
    public enum Found {
        /** As it was. */
        SAME,
        /** Another file lies under its name, or none: who has it open still reads it. */
        REPLACED,
        /** Something was written to it. */
        WRITTEN
    }

    /** The file as it is now. @throws IOException if it is not there, or the file system does not tell */
    public static FileStamp of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileStamp(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
    }

    /** How it lies there now. @throws IOException if the file system does not tell */
    public Found find(Path file) throws IOException {
        FileStamp now;
        try {
            now = of(file);
        } catch (NoSuchFileException e) {
            return Found.REPLACED;
        }
        if (now.equals(this)) {
            return Found.SAME;
        }
        return key == null || key.equals(now.key) ? Found.WRITTEN : Found.REPLACED;
    }
}
