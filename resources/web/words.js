"use strict";
// What the page says, in English and Simplified Chinese.
const WORDS = {
  en: {
    other: "中文", clear: "Clear", key: "Key", choose: "Pictures", send: "Ask", stop: "Stop", question: "Ask about a picture: drop it here, paste or choose it",
    remove: "Remove", empty: "Write a question.", noPicture: (name) => `${name} is no picture that this browser can open.`,
    askKey: "The server's key (kept in this tab only):", waiting: "Waiting", queue: (n) => `Waiting for its turn; ${n} before it`,
    reading: (done, total) => `Reading, ${done} of ${total}`, looking: (done, total) => `Looking, ${done} of ${total}`,
    stopped: "Stopped.", lost: "The connection was lost.", unreachable: "The server cannot be reached. Is it running?",
    cut: "The answer was cut at its limit.", thoughts: "Reasoning",
    saw: (v) => `${v.name}: ${v.source[0]} × ${v.source[1]}, seen as ${v.resized[0]} × ${v.resized[1]}, ${v.tokens} tokens`,
    figures: (t, u) => `First token after ${seconds(t.ttft)}, ${t.tpot > 0 ? (1 / t.tpot).toFixed(1) : "–"} tokens/s, ${u.prompt_tokens} + ${u.completion_tokens} tokens, ${seconds(t.total)} in all`,
    shrink: "Make pictures smaller before they are sent (off)", shrinkOn: "Pictures are made smaller before they are sent", side: "Longest side, pixels", quality: "JPEG quality",
    shrunk: (from, to) => `${bytes(from)} → ${bytes(to)}`, notShrunk: (size) => `${bytes(size)}, as it is: no fewer bytes as a JPEG`,
    smaller: (s) => `Pictures made smaller before they were sent: ${bytes(s.before)} → ${bytes(s.after)}${s.seconds > 0 ? `, about ${seconds(s.seconds)} less to send` : ""}`,
    by: (model) => `Answered by ${model}`,
    model: "Model", turns: "The model that answers; one that is not in memory is loaded first",
    mode: "Mode", modes: {low_latency: "Low latency", high_throughput: "High throughput", custom: "Custom"},
    costs: {
      low_latency: (n) => `Each answer as soon as it can be. Costs throughput: ${n.max_batch} at once, more wait. Counts for everyone who asks.`,
      high_throughput: (n) => `Most answers an hour, ${n.max_batch} at once. Costs latency: an idle server waits ${seconds(n.max_wait_seconds)} for company, and answers come more slowly the more there are. Counts for everyone who asks.`,
      custom: (n) => `${n.max_batch} at once, an idle server waits ${seconds(n.max_wait_seconds)} for company, ${n.step_tokens} tokens a step. Counts for everyone who asks.`,
    },
  },
  zh: {
    other: "English", clear: "清空", key: "密钥", choose: "图片", send: "提问", stop: "停止", question: "就图片提问：拖到这里、粘贴或选择",
    remove: "移除", empty: "请写下问题。", noPicture: (name) => `此浏览器无法打开图片 ${name}。`,
    askKey: "服务器密钥（只保存在此标签页）：", waiting: "等待中", queue: (n) => `排队中，前面还有 ${n} 个`,
    reading: (done, total) => `读取中，${done} / ${total}`, looking: (done, total) => `看图中，${done} / ${total}`,
    stopped: "已停止。", lost: "连接中断。", unreachable: "无法连接服务器。它在运行吗？",
    cut: "回答达到长度上限，已截断。", thoughts: "思考过程",
    saw: (v) => `${v.name}：${v.source[0]} × ${v.source[1]}，模型看到 ${v.resized[0]} × ${v.resized[1]}，${v.tokens} 个词元`,
    figures: (t, u) => `首个词元 ${seconds(t.ttft)}，每秒 ${t.tpot > 0 ? (1 / t.tpot).toFixed(1) : "–"} 个词元，${u.prompt_tokens} + ${u.completion_tokens} 个词元，共 ${seconds(t.total)}`,
    shrink: "发送前缩小图片（关）", shrinkOn: "图片在发送前会缩小", side: "最长边（像素）", quality: "JPEG 质量",
    shrunk: (from, to) => `${bytes(from)} → ${bytes(to)}`, notShrunk: (size) => `${bytes(size)}，原样：转成 JPEG 不会更小`,
    smaller: (s) => `图片在发送前已缩小：${bytes(s.before)} → ${bytes(s.after)}${s.seconds > 0 ? `，发送约省 ${seconds(s.seconds)}` : ""}`,
    by: (model) => `由 ${model} 回答`,
    model: "模型", turns: "由此模型回答；不在内存中的模型会先加载",
    mode: "模式", modes: {low_latency: "低延迟", high_throughput: "高吞吐", custom: "自定义"},
    costs: {
      low_latency: (n) => `每个回答尽快给出。代价是吞吐量：同时 ${n.max_batch} 个，其余排队。对所有提问者生效。`,
      high_throughput: (n) => `每小时回答最多，同时 ${n.max_batch} 个。代价是延迟：空闲时先等 ${seconds(n.max_wait_seconds)} 凑批，回答越多每个越慢。对所有提问者生效。`,
      custom: (n) => `同时 ${n.max_batch} 个，空闲时先等 ${seconds(n.max_wait_seconds)} 凑批，每步 ${n.step_tokens} 个词元。对所有提问者生效。`,
    },
  },
};

let language = localStorage.getItem("language") || (navigator.language.startsWith("zh") ? "zh" : "en");
const say = (name, ...values) => (typeof WORDS[language][name] === "function" ? WORDS[language][name](...values) : WORDS[language][name]);

function seconds(value) {
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(2)} s`;
}

function bytes(value) {
  return value < 1e6 ? `${(value / 1e3).toFixed(1)} kB` : `${(value / 1e6).toFixed(2)} MB`;
}
