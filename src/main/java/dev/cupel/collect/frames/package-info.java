/** Chain Complaint ContainerEnd Frame FrameDecoder FrameLog FrameParser FrameStore LastFrameReader LogLines OrderedFrames Payload PlainLog Seal StreamBuffer Streams */
@NullMarked
package dev.cupel.collect.frames;

import org.jspecify.annotations.NullMarked;
