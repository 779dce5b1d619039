/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package com.contiguity.spring.testsupport;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import org.slf4j.LoggerFactory;

/**
 * Records everything that is logged, at every level, instead of printing it.
 */
public final class LogRecorder implements AutoCloseable {

	private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

	private final List<String> problems = Collections.synchronizedList(new ArrayList<>());

	private final Logger root = ((LoggerContext) LoggerFactory.getILoggerFactory())
		.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	/** All configured levels, including that of the root logger. */
	private final Map<Logger, Level> levels = new LinkedHashMap<>();

	private final List<Appender<ILoggingEvent>> appenders = new ArrayList<>();

	private final java.util.logging.Logger julRoot = LogManager.getLogManager().getLogger("");

	private final java.util.logging.Level julLevel = this.julRoot.getLevel();

	private final List<Handler> julHandlers = List.of(this.julRoot.getHandlers());

	public LogRecorder() {
		for (Iterator<Appender<ILoggingEvent>> all = this.root.iteratorForAppenders(); all.hasNext();) {
			this.appenders.add(all.next());
		}
		this.appenders.forEach(this.root::detachAppender);
		this.julHandlers.forEach(this.julRoot::removeHandler);
		Recorder recorder = new Recorder();
		recorder.setContext(this.root.getLoggerContext());
		recorder.setName("recorder");
		recorder.start();
		this.root.addAppender(recorder);
		for (Logger logger : this.root.getLoggerContext().getLoggerList()) {
			if (logger.getLevel() != null) {
				this.levels.put(logger, logger.getLevel());
				logger.setLevel(Level.TRACE);
			}
		}
		this.julRoot.addHandler(new JulRecorder());
		this.julRoot.setLevel(java.util.logging.Level.ALL);
	}

	/**
	 * Return what was logged.
	 * @return a line for each event, with its logger, its message, its arguments and its
	 * failure
	 */
	public List<String> lines() {
		synchronized (this.lines) {
			return List.copyOf(this.lines);
		}
	}

	/**
	 * Return what was logged as a warning or an error.
	 * @return lines in the format of {@link #lines()}
	 */
	public List<String> problems() {
		synchronized (this.problems) {
			return List.copyOf(this.problems);
		}
	}

	private void record(String line, boolean problem) {
		this.lines.add(line);
		if (problem) {
			this.problems.add(line);
		}
	}

	@Override
	public void close() {
		this.root.detachAppender("recorder");
		this.appenders.forEach(this.root::addAppender);
		this.levels.forEach(Logger::setLevel);
		for (Handler handler : this.julRoot.getHandlers()) {
			this.julRoot.removeHandler(handler);
		}
		this.julHandlers.forEach(this.julRoot::addHandler);
		this.julRoot.setLevel(this.julLevel);
	}

	/**
	 * Return everything that a failure contains: its message, its causes, its suppressed
	 * exceptions and their stack traces.
	 * @param failure the failure
	 * @return the text
	 */
	public static String print(Throwable failure) {
		StringBuilder text = new StringBuilder(ThrowableProxyUtil.asString(new ThrowableProxy(failure)));
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			text.append(cause).append('\n');
			for (Throwable suppressed : cause.getSuppressed()) {
				text.append(suppressed).append('\n');
			}
		}
		return text.toString();
	}

	// toString of a logged object may wait for a thread that holds a lock while it logs
	private final class Recorder extends UnsynchronizedAppenderBase<ILoggingEvent> {

		@Override
		protected void append(ILoggingEvent event) {
			String failure = (event.getThrowableProxy() != null)
					? ThrowableProxyUtil.asString(event.getThrowableProxy()) : "";
			LogRecorder.this.record(event.getLoggerName() + ": " + event.getFormattedMessage() + " "
					+ event.getMDCPropertyMap() + " " + failure, event.getLevel().isGreaterOrEqual(Level.WARN));
		}

	}

	private final class JulRecorder extends Handler {

		@Override
		public void publish(LogRecord record) {
			String failure = (record.getThrown() != null) ? print(record.getThrown()) : "";
			LogRecorder.this.record(
					record.getLoggerName() + ": " + record.getMessage() + " " + Arrays.toString(record.getParameters())
							+ " " + failure,
					record.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue());
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	}

}
