// Reads a calendar on standard input with one of two readers; writes its entries as JSON.
import { readFileSync } from "node:fs";

const text = readFileSync(0, "utf8");
const entries = { "ical.js": withIcalJs, "node-ical": withNodeIcal };
console.log(JSON.stringify(await entries[process.argv[2]]()));

async function withIcalJs() {
  const { default: ICAL } = await import("ical.js");
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents("vevent").map((each) => {
    const event = new ICAL.Event(each);
    return entry(event.uid, event.startDate.toJSDate(), event.endDate.toJSDate(), {
      title: event.summary,
      status: each.getFirstPropertyValue("status"),
      sequence: event.sequence,
    });
  });
}

async function withNodeIcal() {
  const { default: ical } = await import("node-ical");
  const read = Object.values(ical.sync.parseICS(text)).filter((each) => each.type === "VEVENT");
  return read.map((each) =>
    entry(each.uid, each.start, each.end, {
      title: each.summary,
      status: each.status,
      sequence: Number(each.sequence),
    }),
  );
}

function entry(uid, start, end, rest) {
  return { uid, start: start.toISOString(), end: end.toISOString(), ...rest };
}
