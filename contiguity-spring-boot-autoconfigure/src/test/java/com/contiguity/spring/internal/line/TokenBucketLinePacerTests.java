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

package com.contiguity.spring.internal.line;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import com.contiguity.spring.LineBusyException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.line.LinePacer;
import com.contiguity.spring.line.LinePacer.Permit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.withinPercentage;

/**
 * Tests for {@link TokenBucketLinePacer}, in virtual time.
 */
class TokenBucketLinePacerTests {

	private static final String LINE = "+15551112222";

	private static final long SECOND = TimeUnit.SECONDS.toMillis(1);

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final TokenBucketLinePacer pacer = new TokenBucketLinePacer(1, 5, this.time);

	private final Map<String, List<Long>> sends = new HashMap<>();

	private Disposable send(String line) {
		return this.pacer.acquire(line, null)
			.subscribe((permit) -> this.sends.computeIfAbsent(line, (key) -> new ArrayList<>())
				.add(this.time.now(TimeUnit.MILLISECONDS)));
	}

	private static String line(int number) {
		return "+1555%07d".formatted(number);
	}

	private void assertThatNoLineIsTooFast() {
		this.sends.values().forEach((times) -> {
			// a window that starts with a send contains the most sends
			for (int i = 0; i < times.size(); i++) {
				assertThat(within(times, i, SECOND)).isLessThanOrEqualTo(5);
				assertThat(within(times, i, 60 * SECOND)).isLessThanOrEqualTo(65);
			}
		});
	}

	private static int within(List<Long> times, int first, long window) {
		int last = first;
		while (last < times.size() && times.get(last) - times.get(first) < window) {
			last++;
		}
		return last - first;
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 10, 100 })
	void keepsEachLineToItsRateHoweverSendsArrive(int lines) {
		Random random = new Random(4711 + lines);
		for (int second = 0; second < 600; second++) {
			for (int arrivals = random.nextInt(3 * lines); arrivals > 0; arrivals--) {
				send(line(random.nextInt(lines)));
			}
			this.time.advanceTimeBy(Duration.ofMillis(random.nextInt(2000)));
			if (random.nextInt(50) == 0) {
				this.time.advanceTimeBy(Duration.ofSeconds(random.nextInt(30)));
			}
		}
		this.time.advanceTimeBy(Duration.ofHours(1));
		assertThat(this.sends).hasSize(lines);
		assertThatNoLineIsTooFast();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 10, 100 })
	void sendsAsFastAsTheLinesAllowIfThereIsEnoughToSend(int lines) {
		for (int message = 0; message < 700; message++) {
			for (int number = 0; number < lines; number++) {
				send(line(number));
			}
		}
		this.time.advanceTimeBy(Duration.ofSeconds(600));
		int sent = this.sends.values().stream().mapToInt(List::size).sum();
		assertThat((double) sent).isCloseTo(600.0 * lines, withinPercentage(1));
		assertThatNoLineIsTooFast();
	}

	@Test
	void sendsABurstAtOnceAndThenOneEachSecond() {
		for (int i = 0; i < 8; i++) {
			send(LINE);
		}
		this.time.advanceTimeBy(Duration.ofSeconds(10));
		assertThat(this.sends.get(LINE)).extracting((time) -> time - this.sends.get(LINE).get(0))
			.containsExactly(0L, 0L, 0L, 0L, 0L, SECOND, 2 * SECOND, 3 * SECOND);
	}

	@Test
	void servesWhoComesFirstFirst() {
		List<Integer> order = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			int number = i;
			this.pacer.acquire(LINE, null).subscribe((permit) -> order.add(number));
		}
		this.time.advanceTimeBy(Duration.ofSeconds(100));
		assertThat(order).hasSize(100).isSorted();
	}

	@Test
	void aPermitThatIsGivenBackGoesToTheFirstWhoWaits() {
		List<Permit> permits = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			this.pacer.acquire(LINE, null).subscribe(permits::add);
		}
		List<String> order = new ArrayList<>();
		for (String name : List.of("first", "second", "third")) {
			this.pacer.acquire(LINE, null)
				.subscribe((permit) -> order.add(name + " at " + this.time.now(TimeUnit.SECONDS)));
		}
		List<Throwable> refused = new ArrayList<>();
		// this runs before the waiting callers are woken
		this.time.schedule(() -> {
			permits.get(0).giveBack();
			this.pacer.acquire(LINE, Duration.ZERO).subscribe((permit) -> order.add("overtaker"), refused::add);
			this.pacer.acquire(LINE, null)
				.subscribe((permit) -> order.add("last at " + this.time.now(TimeUnit.SECONDS)));
		});
		this.time.advanceTimeBy(Duration.ofSeconds(10));
		assertThat(order).containsExactly("first at 0", "second at 1", "third at 2", "last at 3");
		assertThat(refused).singleElement()
			.isInstanceOfSatisfying(LineBusyException.class,
					(busy) -> assertThat(busy.availableIn()).isEqualTo(Duration.ofSeconds(3)));
	}

	@Test
	void whoGivesUpWaitingLetsThoseBehindMoveUp() {
		for (int i = 0; i < 5; i++) {
			send(LINE);
		}
		Disposable sixth = send(LINE);
		List<Long> seventh = new ArrayList<>();
		this.pacer.acquire(LINE, null).subscribe((permit) -> seventh.add(this.time.now(TimeUnit.SECONDS)));
		sixth.dispose();
		this.time.advanceTimeBy(Duration.ofSeconds(10));
		assertThat(seventh).containsExactly(1L);
	}

	@Test
	void whoGivesUpInTurnLetsTheNextHaveThePermit() {
		List<Permit> permits = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			this.pacer.acquire(LINE, null).subscribe(permits::add);
		}
		Disposable sixth = send(LINE);
		List<Long> seventh = new ArrayList<>();
		this.pacer.acquire(LINE, null).subscribe((permit) -> seventh.add(this.time.now(TimeUnit.SECONDS)));
		this.time.schedule(() -> {
			permits.get(0).giveBack();
			// has its permit, but has not been notified
			sixth.dispose();
		});
		this.time.advanceTimeBy(Duration.ofSeconds(10));
		assertThat(seventh).containsExactly(0L);
		assertThat(this.sends).isEmpty();
	}

	@Test
	void aPermitThatWasHandedOverIsNotGivenBackByACancel() {
		for (int i = 0; i < 5; i++) {
			send(LINE);
		}
		Disposable.Swap sixth = Disposables.swap();
		// cancels the wait when the permit arrives
		sixth.update(this.pacer.acquire(LINE, null).doOnNext((permit) -> sixth.dispose()).subscribe());
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(this.pacer.load(LINE)).isEqualTo(new LinePacer.Load(0, 0));
	}

	@Test
	void manyWhoGiveUpAtATimeCostLittle() {
		List<Disposable> waiting = new ArrayList<>();
		for (int i = 0; i < 100_000; i++) {
			waiting.add(send(LINE));
		}
		Collections.reverse(waiting);
		waiting.forEach(Disposable::dispose);
		assertThat(this.pacer.load(LINE).waiting()).isZero();
		this.time.advanceTimeBy(Duration.ofSeconds(5));
		assertThat(this.pacer.load(LINE).available()).isEqualTo(5);
	}

	@Test
	void startsAnewOnceReset() {
		for (int i = 0; i < 7; i++) {
			send(LINE);
		}
		this.pacer.reset();
		assertThat(this.pacer.load(LINE)).isEqualTo(new LinePacer.Load(5, 0));
		this.time.advanceTimeBy(Duration.ofSeconds(2));
		assertThat(this.sends.get(LINE)).as("who waited already").hasSize(7);
	}

	@Test
	void nobodyIsRefusedWhoMayWaitForEver() {
		TokenBucketLinePacer slow = new TokenBucketLinePacer(1e-9, 1, this.time);
		List<Throwable> failures = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			slow.acquire(LINE, Duration.ofSeconds(Long.MAX_VALUE)).subscribe((permit) -> {
			}, failures::add);
		}
		assertThat(failures).isEmpty();
		assertThat(slow.load(LINE)).isEqualTo(new LinePacer.Load(0, 19));
	}

	@Test
	void refusesAtOnceWhoWouldWaitTooLong() {
		for (int i = 0; i < 8; i++) {
			send(LINE);
		}
		List<Throwable> failures = new ArrayList<>();
		this.pacer.acquire(LINE, Duration.ofSeconds(3)).subscribe((permit) -> {
		}, failures::add);
		assertThat(failures).singleElement().isInstanceOfSatisfying(LineBusyException.class, (busy) -> {
			assertThat(busy.availableIn()).isEqualTo(Duration.ofSeconds(4));
			assertThat(busy.line()).isEqualTo("+1•••••2222");
			assertThat(busy.outcome()).isEqualTo(Outcome.NOT_SENT);
			assertThat(busy).hasMessageNotContaining("5551112222");
		});
		assertThat(this.pacer.load(LINE).waiting()).isEqualTo(3);
	}

	@Test
	void acceptsCallersThatWaitAsLongAsAllowed() {
		for (int i = 0; i < 5; i++) {
			send(LINE);
		}
		List<Permit> permits = new ArrayList<>();
		this.pacer.acquire(LINE, Duration.ofSeconds(1)).subscribe(permits::add);
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(permits).hasSize(1);
	}

	@Test
	void whoGivesUpWaitingGivesThePlaceBack() {
		for (int i = 0; i < 5; i++) {
			send(LINE);
		}
		Disposable sixth = send(LINE);
		sixth.dispose();
		sixth.dispose();
		assertThat(this.pacer.load(LINE).waiting()).isZero();
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(this.sends.get(LINE)).hasSize(5);
		assertThat(this.pacer.load(LINE).available()).isEqualTo(1);
	}

	@Test
	void aPermitIsGivenBackOnce() {
		Permit permit = this.pacer.acquire(LINE, null).block(Duration.ofSeconds(10));
		assertThat(permit).isNotNull();
		assertThat(this.pacer.load(LINE).available()).isEqualTo(4);
		permit.giveBack();
		permit.giveBack();
		assertThat(this.pacer.load(LINE).available()).isEqualTo(5);
	}

	@Test
	void linesDoNotHoldEachOtherBack() {
		for (int i = 0; i < 100; i++) {
			send(LINE);
		}
		send(line(1));
		assertThat(this.sends.get(line(1))).hasSize(1);
	}

	@Test
	void forgetsLinesThatRest() {
		for (int i = 0; i < 1000; i++) {
			send(line(i));
		}
		assertThat(this.pacer.size()).isEqualTo(1000);
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		send(LINE);
		assertThat(this.pacer.size()).isEqualTo(1);
		assertThat(this.pacer.load(line(1))).isEqualTo(new LinePacer.Load(5, 0));
	}

	@Test
	void keepsLinesThatAreWaitedFor() {
		for (int i = 0; i < 100; i++) {
			send(LINE);
		}
		for (int i = 0; i < 100; i++) {
			send(line(i));
		}
		this.time.advanceTimeBy(Duration.ofSeconds(5));
		send(line(1000));
		assertThat(this.pacer.size()).isEqualTo(2);
		assertThat(this.pacer.load(LINE).waiting()).isEqualTo(90);
	}

	// the time does not advance, so a line is idle only when all its permits have been
	// returned
	@Test
	void forgetsNoLineThatIsUsedMeanwhile() throws Exception {
		for (int i = 0; i < 64; i++) {
			send(line(i));
		}
		AtomicBoolean ended = new AtomicBoolean();
		ExecutorService executor = Executors.newSingleThreadExecutor();
		// each new line looks for idle lines
		Future<?> sweeps = executor.submit(() -> {
			for (int i = 1000; !ended.get(); i++) {
				this.pacer.acquire(line(i), null).subscribe(Permit::giveBack);
			}
		});
		try {
			for (int round = 0; round < 5000; round++) {
				List<Permit> permits = new ArrayList<>();
				for (int i = 0; i < 10; i++) {
					this.pacer.acquire(LINE, Duration.ZERO).subscribe(permits::add, (busy) -> {
					});
				}
				assertThat(permits).as("round " + round).hasSize(5);
				permits.forEach(Permit::giveBack);
			}
		}
		finally {
			ended.set(true);
			executor.shutdown();
		}
		sweeps.get(20, TimeUnit.SECONDS);
	}

	@Test
	void rejectsInvalidRates() {
		assertThatIllegalArgumentException().isThrownBy(() -> new TokenBucketLinePacer(0, 5, this.time))
			.withMessageContaining("rate");
		assertThatIllegalArgumentException().isThrownBy(() -> new TokenBucketLinePacer(1, 0, this.time))
			.withMessageContaining("burst");
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> new TokenBucketLinePacer(Double.NaN, 5, this.time));
	}

}
