// A stand-in for LivePerson's widget SDK with its public interface. Runs in the widget's frame and talks to the workspace
// around it: it sends one greeting with a message port, and everything after that goes through the port.
(function () {
  'use strict';
  var port = null;
  var calls = new Map();
  var bindings = [];
  var listeners = { notify: [], focused: [], blurred: [] };
  var lastId = 0;

  function tell(listener, value) {
    if (typeof listener === 'function') listener(value);
  }

  function ask(method, parameters, onSuccess, onError) {
    if (!port) return tell(onError, new Error('init has not been called'));
    lastId += 1;
    calls.set(lastId, { onSuccess: onSuccess, onError: onError });
    port.postMessage(Object.assign({ id: lastId, method: method }, parameters));
  }

  function hear(event) {
    var said = event.data;
    if (said.id) {
      var call = calls.get(said.id);
      calls.delete(said.id);
      if (call) said.error ? tell(call.onError, new Error(said.error)) : tell(call.onSuccess, said.value);
    } else if (said.event === 'change') {
      bindings.filter(function (one) { return one.path === said.path; }).forEach(function (one) {
        one.update({ key: said.path, newValue: said.value });
      });
    } else if (listeners[said.event]) {
      listeners[said.event].forEach(function (one) { one(said.value); });
    }
  }

  function listen(kind) {
    return function (listener) {
      if (typeof listener === 'function') listeners[kind].push(listener);
    };
  }

  var commands = {
    write: 'Write ChatLine',
    writeSC: 'Write StructuredContent',
    notify: 'Send Notification',
    sendFile: 'Send File',
  };

  var sdk = {
    v: '1.0.0-local',
    name: 'Chatlink stand-in for the LivePerson Agent Workspace Widget SDK',
    appNames: { widget: 'widget', workspace: 'workspace' },
    cmdNames: commands,
    reqNames: { get: 'get', bind: 'bind', unbind: 'unbind', command: 'command' },
    eventNames: { notify: 'notify', focused: 'focused', blurred: 'blurred' },
    init: function (callbacks) {
      var given = callbacks || {};
      listen('notify')(given.notificationCallback);
      listen('focused')(given.visitorFocusedCallback);
      listen('blurred')(given.visitorBlurredCallback);
      if (port) return;
      var channel = new MessageChannel();
      port = channel.port1;
      port.onmessage = hear;
      window.parent.postMessage({ liveperson: 'hello' }, '*', [channel.port2]);
    },
    get: function (path, onSuccess, onError) {
      ask('get', { path: path }, onSuccess, onError);
    },
    bind: function (path, update, onDone) {
      bindings.push({ path: path, update: update });
      ask('bind', { path: path }, function (value) {
        if (value !== null && value !== undefined) update({ key: path, newValue: value });
        tell(onDone);
      }, onDone);
    },
    unbind: function (path, update, onDone) {
      var before = bindings.length;
      bindings = bindings.filter(function (one) { return one.path !== path || one.update !== update; });
      if (before === bindings.length) return tell(onDone, new Error('nothing is bound to ' + path + ' with this callback'));
      ask('unbind', { path: path }, function () { tell(onDone); }, onDone);
    },
    command: function (name, payload, onDone) {
      var known = Object.keys(commands).some(function (key) { return commands[key] === name; });
      if (!known) return tell(onDone, new Error('there is no command ' + name));
      ask('command', { name: name, payload: payload }, function () { tell(onDone); }, onDone);
    },
    onNotify: listen('notify'),
    onVisitorFocused: listen('focused'),
    onVisitorBlurred: listen('blurred'),
    dispose: function () {
      if (port) port.close();
      port = null;
      bindings = [];
    },
  };

  window.lpTag = window.lpTag || {};
  window.lpTag.agentSDK = sdk;
})();
