/* What the figures of a sheet add up to, exactly: whole ten-thousandths, no floats. The server has read the figures. */
"use strict";
(() => {
  const PLACES = 4;
  const ONE = 10n ** BigInt(PLACES);
  const vietnamese = document.documentElement.lang !== "en";

  function scaled(text) {
    const [whole, rest = ""] = text.split(".");
    return BigInt(whole + rest.padEnd(PLACES, "0"));
  }

  /* "2.145" and "57,72" in Vietnamese, "2,145" and "57.72" in English. */
  function shown(value) {
    const digits = String(value).padStart(PLACES + 1, "0");
    const whole = digits.slice(0, -PLACES).replace(/\B(?=(\d{3})+$)/g, vietnamese ? "." : ",");
    const rest = digits.slice(-PLACES).replace(/0+$/, "");
    return rest ? whole + (vietnamese ? "," : ".") + rest : whole;
  }

  /* From the server's answer; `value` is null where there is no figure. */
  function reading(told) {
    return {
      value: told.value === "" ? null : scaled(told.value),
      of: told.of === "" ? null : scaled(told.of),
      places: told.places,
      shown: told.shown,
      wrong: told.wrong || "",
    };
  }

  function add(values) {
    return values.reduce((sum, value) => sum + value, 0n);
  }

  /* The sum of counts and shares, the mean of scores and percentages (two decimals, half up); null of nothing. */
  function total(kind, readings) {
    const known = readings.filter((each) => each && each.value !== null);
    if (!known.length) return null;
    const sum = add(known.map((each) => each.value));
    if (kind === "count") return { word: "sum", text: shown(sum) };
    if (kind === "share") return { word: "sum", text: `${shown(sum)}/${shown(add(known.map((each) => each.of || 0n)))}` };
    const hundredths = ONE / 100n;
    const count = BigInt(known.length) * hundredths;
    const mean = ((2n * sum + count) / (2n * count)) * hundredths;
    return { word: "mean", text: shown(mean) + (kind === "percent" ? "%" : "") };
  }

  /* Why a figure cannot be, as [word, parameters]; null where it can: the bounds that the checks ask for too. */
  function outside(measure, each) {
    if (each.value === null) return null;
    if (measure.kind === "share") {
      if (each.of === null || each.value <= each.of) return null;
      return ["part_over_whole", { part: shown(each.value), whole: shown(each.of) }];
    }
    const own = measure.maximum === "" ? null : scaled(measure.maximum);
    const written = measure.kind === "score" ? each.of : null;
    const maximum = measure.kind === "percent" ? 100n * ONE : (written ?? own);
    if (maximum !== null && each.value > maximum) return ["over", { value: shown(each.value), maximum: shown(maximum) }];
    if (written !== null && own !== null && written !== own)
      return ["other_maximum", { written: shown(written), maximum: shown(own) }];
    return null;
  }

  /* Half of the last printed place each, doubled; counts are not rounded. */
  function margin(measure, each) {
    const rounded = measure.kind === "score" || measure.kind === "percent";
    return rounded ? 10n ** BigInt(PLACES - Math.min(each.places, PLACES)) : 0n;
  }

  /* The groups of a total against it: `parts` and `whole` are [measure, reading]. null where one is missing. */
  function groups(whole, parts) {
    const known = parts.filter(([, each]) => each && each.value !== null);
    if (!known.length) return null;
    const sum = add(known.map(([, each]) => each.value));
    const result = { sum: shown(sum), whole: known.length === parts.length, agrees: true };
    if (!result.whole || !whole || !whole[1] || whole[1].value === null) return result;
    const apart = sum > whole[1].value ? sum - whole[1].value : whole[1].value - sum;
    result.total = shown(whole[1].value);
    result.agrees = 2n * apart <= add([whole, ...parts].map(([measure, each]) => margin(measure, each)));
    return result;
  }

  window.ChisoSums = { reading, total, outside, groups };
})();
